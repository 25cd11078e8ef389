// An OpenAI-compatible provider that does nothing but wait: an answer comes after DELAY milliseconds, a stream begins
// at once and gets a piece each second until its reader leaves. Prints its port.
import http from 'node:http';

const delay = Number(process.env.DELAY);
const text = 'The quick brown fox jumps over the lazy dog. '.repeat(8);
const usage = { prompt_tokens: 20, completion_tokens: 80, total_tokens: 100 };
const answer = JSON.stringify({
    id: 'chatcmpl-bench',
    object: 'chat.completion',
    created: 1,
    model: 'bench',
    choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: text } }],
    usage,
});
const piece = `data: ${JSON.stringify({
    id: 'chatcmpl-bench',
    object: 'chat.completion.chunk',
    created: 1,
    model: 'bench',
    choices: [{ index: 0, finish_reason: null, delta: { content: 'The quick brown fox. ' } }],
})}\n\n`;

function complete(response) {
    setTimeout(() => {
        response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(answer) });
        response.end(answer);
    }, delay);
}

function stream(response) {
    response.writeHead(200, { 'Content-Type': 'text/event-stream' });
    response.write(piece);
    const timer = setInterval(() => response.write(piece), 1000);
    response.on('close', () => clearInterval(timer));
}

const server = http.createServer({ keepAliveTimeout: 75_000 }, async (request, response) => {
    let body = '';
    for await (const part of request.setEncoding('utf8')) body += part;
    if (!request.url.endsWith('/chat/completions')) {
        response.writeHead(200, { 'Content-Type': 'application/json' });
        response.end('{"object":"list","data":[{"id":"bench","object":"model"}]}');
    } else if (JSON.parse(body).stream) {
        stream(response);
    } else {
        complete(response);
    }
});
server.listen({ port: 0, host: '127.0.0.1', backlog: 4096 }, () => console.log(`port ${server.address().port}`));
