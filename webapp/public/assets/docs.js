// The reference: Scalar with everything that its makers host switched off, and a login for what is tried here.
import { accessToken, logIn, logOut, Refusal } from './session.js';

const find = (id) => document.getElementById(id);

// Who is logged in; undefined: nobody.
function show(username) {
    find('reader').textContent = username ? `Logged in as ${username}` : '';
    find('open-login').hidden = Boolean(username);
    find('log-out').hidden = !username;
}

function sentenceOf(fault) {
    return fault instanceof Refusal ? fault.message : 'The server cannot be reached.';
}

find('open-login').addEventListener('click', () => find('login').showModal());
find('cancel-login').addEventListener('click', () => find('login').close());
find('login').addEventListener('close', () => {
    find('login-form').reset();
    find('login-fault').textContent = '';
});
find('login-form').addEventListener('submit', async (event) => {
    event.preventDefault();
    find('login-fault').textContent = '';
    find('send-login').disabled = true;
    try {
        show(await logIn(find('username').value, find('password').value));
        find('login').close();
        find('log-out').focus();
    } catch (fault) {
        find('login-fault').textContent = sentenceOf(fault);
    } finally {
        find('send-login').disabled = false;
    }
});
find('log-out').addEventListener('click', async () => {
    show(undefined);
    find('open-login').focus();
    try {
        await logOut();
    } catch (fault) {
        find('reader').textContent = `Logged out on this page only. ${sentenceOf(fault)}`;
    }
});

// A call that is tried goes out with the login, unless the reader gave it a credential of another kind; where its
// own field is empty the renderer sends a bare "Bearer", which would stand over an API key. So the token is in
// none of the renderer's stores, code samples and histories.
async function fetchAsReader(input, init) {
    const request = new Request(input, init);
    const { headers } = request;
    const token = await accessToken();
    if (!token) show(undefined);
    if (/^bearer$/i.test(headers.get('Authorization')?.trim())) headers.delete('Authorization');
    const hasOther = headers.get('Authorization') || headers.get('X-API-Key');
    if (token && !hasOther) headers.set('Authorization', `Bearer ${token}`);
    return fetch(request);
}

Scalar.createApiReference('#reference', {
    url: '/openapi.json',
    customFetch: fetchAsReader,
    orderSchemaPropertiesBy: 'preserve',
    persistAuth: false,
    withDefaultFonts: false,
    telemetry: false,
    agent: { disabled: true },
    mcp: { disabled: true },
    hideClientButton: true,
    showDeveloperTools: 'never',
});
