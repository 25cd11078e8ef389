import { once } from 'node:events';
import net from 'node:net';

// A TCP relay that lets a test see which connections the caller keeps open to a peer.
export class Relay {
    #listener;
    #connections = [];

    static async to(port) {
        const relay = new Relay();
        relay.#listener = net.createServer((caller) => relay.#join(caller, net.connect(port, '127.0.0.1')));
        relay.#listener.listen(0, '127.0.0.1');
        await once(relay.#listener, 'listening');
        return relay;
    }

    #join(caller, peer) {
        const connection = { sent: '', open: true };
        this.#connections.push(connection);
        caller.on('data', (bytes) => (connection.sent += bytes.toString('latin1')));
        caller.on('close', () => {
            connection.open = false;
            peer.destroy();
        });
        peer.on('close', () => caller.destroy());
        for (const socket of [caller, peer]) socket.on('error', () => {});
        caller.pipe(peer);
        peer.pipe(caller);
    }

    get url() {
        return `http://127.0.0.1:${this.#listener.address().port}`;
    }

    // Whether the connection on which the text was sent is still open; undefined before it was sent.
    isOpen(text) {
        return this.#connections.find(({ sent }) => sent.includes(text))?.open;
    }

    async close() {
        this.#listener.close();
        await once(this.#listener, 'close');
    }
}
