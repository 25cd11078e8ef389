import { once } from 'node:events';
import net from 'node:net';

// A fake AI provider that breaks HTTP itself, as no mock server does. It is given how: a function that gets the
// socket and whether a stream was asked for, once a request's head is there.
export class BrokenPeer {
    #listener;
    #sockets = new Set();

    static async start(breakDown) {
        const peer = new BrokenPeer();
        peer.#listener = net.createServer((socket) => {
            peer.#sockets.add(socket);
            let received = '';
            socket.on('error', () => {});
            socket.on('close', () => peer.#sockets.delete(socket));
            socket.on('data', (bytes) => {
                const hadHead = received.includes('\r\n\r\n');
                received += bytes.toString('latin1');
                if (!hadHead && received.includes('\r\n\r\n')) {
                    breakDown(socket, /^accept: text\/event-stream/im.test(received));
                }
            });
        });
        peer.#listener.listen(0, '127.0.0.1');
        await once(peer.#listener, 'listening');
        return peer;
    }

    get url() {
        return `http://127.0.0.1:${this.#listener.address().port}`;
    }

    async close() {
        for (const socket of this.#sockets) socket.destroy();
        this.#listener.close();
        await once(this.#listener, 'close');
    }
}

function head(isStream) {
    return `HTTP/1.1 200 OK\r\nContent-Type: ${isStream ? 'text/event-stream' : 'application/json'}\r\n\r\n`;
}

export const breakdowns = {
    'closes after the headers': (socket, isStream) => socket.end(head(isStream)),
    'speaks no HTTP': (socket) => socket.end(Buffer.alloc(5_000, 0xfe)),
    'sends megabytes': (socket, isStream) => {
        const piece = Buffer.alloc(256 * 1024, 'x');
        let pieces = 256;
        const write = () => {
            while (pieces > 0) {
                pieces -= 1;
                if (!socket.write(piece)) return;
            }
        };
        socket.on('drain', write);
        socket.write(`${head(isStream)}data: `);
        write();
    },
};
