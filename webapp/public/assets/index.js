// The example calls the server that it was read from.
const code = document.getElementById('first-call');
code.textContent = code.textContent.replace('http://127.0.0.1:8080', location.origin);
