// The login of this page. Its tokens are nowhere but in this module: they are gone with the page. Addresses are
// relative, so that it works below a path of a proxy as well.
const earlyBy = 30; // seconds before its end from which on an access token is renewed

let tokens; // { access, refresh, goodUntil } while somebody is logged in
let renewal; // the renewal under way

// What the server says against it.
export class Refusal extends Error {
    constructor(status, { error, message, errors } = {}) {
        super(message ?? `The server answered ${status}.`);
        this.status = status;
        this.code = error; // of the contract
        this.faults = errors ?? [];
    }
}

// The answer's JSON; throws a Refusal, or a TypeError where the server cannot be reached.
export async function call(path, options) {
    const answer = await fetch(path, options);
    const told = await answer.json();
    if (!answer.ok) throw new Refusal(answer.status, told.detail);
    return told;
}

export function asBearer(access) {
    return { Authorization: `Bearer ${access}` };
}

async function open(path, options) {
    const began = Date.now(); // performance.now() may stand still while the machine sleeps
    const { access_token, refresh_token, expires_in } = await call(path, { method: 'POST', ...options });
    const goodFor = Math.max(expires_in - earlyBy, expires_in / 2);
    tokens = { access: access_token, refresh: refresh_token, goodUntil: began + goodFor * 1000 };
}

// Answers the username; throws a Refusal, or a TypeError where the server cannot be reached.
export async function logIn(username, password) {
    await open('api/auth/login', { body: new URLSearchParams({ username, password }) });
    const user = await call('api/auth/me', { headers: asBearer(tokens.access) });
    return user.username;
}

async function renew() {
    try {
        await open('api/auth/refresh', {
            headers: { 'Content-Type': 'application/json' },
            body: JSON.stringify({ refresh_token: tokens.refresh }),
        });
    } catch (fault) {
        // A server that is busy or away has not ended the session; the next call tries again.
        if (fault instanceof Refusal && [400, 401].includes(fault.status)) tokens = undefined;
    } finally {
        renewal = undefined;
    }
}

// An access token, or undefined where nobody is logged in or the session has ended.
export async function accessToken() {
    if (tokens && Date.now() >= tokens.goodUntil) await (renewal ??= renew());
    return tokens?.access;
}

// Forgets the tokens in any case; throws like logIn where the server may not have ended the session.
export async function logOut() {
    const access = await accessToken();
    tokens = undefined;
    if (access) await call('api/auth/logout', { method: 'POST', headers: asBearer(access) });
}
