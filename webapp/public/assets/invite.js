// The page behind the link of an invitation. Opening it does nothing, since mail scanners open links too: a button
// sends the token, after the login that it is accepted with.
import { accessToken, asBearer, call, logIn, logOut, Refusal } from './session.js';

const find = (id) => document.getElementById(id);
const token = new URLSearchParams(location.search).get('token');

const sentences = {
    forbidden: 'This invitation is for another e-mail address than that of this account.',
    not_found: 'There is no such invitation. Copy all of the link, or ask for a new invitation.',
    already_member: 'You are a member of this organization already.',
    invitation_accepted: 'This invitation was accepted before, and is of no use any more.',
    invitation_revoked: 'This invitation was taken back. Ask for a new one.',
    invitation_expired: 'This invitation is too old. Ask for a new one.',
    email_taken: 'There is an account with this e-mail address. Log in with it above.',
};

function say(sentence) {
    find('said').textContent = sentence;
}

function sentenceOf(failure) {
    if (!(failure instanceof Refusal)) return 'The server does not answer. Try again.';
    const [fault] = failure.faults;
    if (fault?.field === '/token') return sentences.not_found;
    if (fault) return `The ${fault.field.slice(1)} ${fault.message}.`;
    return sentences[failure.code] ?? failure.message;
}

function post(path, body, headers) {
    const json = { 'Content-Type': 'application/json', ...headers };
    return call(path, { method: 'POST', headers: json, body: JSON.stringify(body) });
}

async function accept() {
    const member = await post('api/invitations/accept', { token }, asBearer(await accessToken()));
    history.replaceState(null, '', location.pathname);
    find('ways').hidden = true;
    say(`You are a member of the organization now, with the role ${member.role}.`);
}

// The session is for this one thing: nobody ends it otherwise.
async function acceptAs(name, password) {
    await logIn(name, password);
    try {
        await accept();
    } finally {
        await logOut().catch(() => {});
    }
}

async function register() {
    const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
    const account = {
        email: find('email').value,
        username: find('username').value,
        password: find('new-password').value,
        ...(timeZone && { timezone: timeZone }),
    };
    await post('api/auth/register', account);
    await acceptAs(account.username, account.password);
}

function answer(form, act) {
    form.addEventListener('submit', async (event) => {
        event.preventDefault();
        const buttons = document.querySelectorAll('button');
        for (const button of buttons) button.disabled = true;
        say('');
        await act().catch((failure) => say(sentenceOf(failure)));
        for (const button of buttons) button.disabled = false;
    });
}

answer(find('log-in'), () => acceptAs(find('name').value, find('password').value));
answer(find('register'), register);
if (token) find('ways').hidden = false;
else say('This link is not whole. Copy all of it.');
