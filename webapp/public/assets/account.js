// The pages behind the links in mails. Opening one does nothing, since mail scanners open links too: the button sends
// the token to the API. Addresses are relative, so that the pages work below a path of a proxy as well.
const form = document.querySelector('form');
const button = form.querySelector('button');
const password = form.querySelector('input');
const token = new URLSearchParams(location.search).get('token');

function say(sentence) {
    document.getElementById('said').textContent = sentence;
}

function sentenceOf(answer) {
    const fault = answer.detail?.errors?.[0];
    if (fault?.field === '/token') return 'This link is used or too old. Ask for a new one.';
    if (fault?.field === '/new_password') return `The password ${fault.message}.`;
    return answer.detail?.message ?? 'Something went wrong. Try again.';
}

async function send() {
    const response = await fetch(form.dataset.path, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(password ? { token, new_password: password.value } : { token }),
    });
    const answer = await response.json();
    if (!response.ok) return say(sentenceOf(answer));
    history.replaceState(null, '', location.pathname);
    form.hidden = true;
    say(answer.message);
}

form.addEventListener('submit', async (event) => {
    event.preventDefault();
    button.disabled = true;
    await send().catch(() => say('The server does not answer. Try again.'));
    button.disabled = false;
});

if (!token) {
    form.hidden = true;
    say('This link is not whole. Copy all of it from the mail.');
}
