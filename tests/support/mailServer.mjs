import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { after, before } from 'node:test';
import { promisify } from 'node:util';
import { simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import { eventually } from './eventually.mjs';
import { Server } from './server.mjs';
import { shownOnFailure } from './setup.mjs';

const run = promisify(execFile);
const host = '127.0.0.1';
export const linkBase = 'https://app.example.com';
export const mailLogin = { user: 'xentree', password: 'the password of the mail server' };

// A certificate of this run for 127.0.0.1, which signs itself.
async function makeCertificate() {
    const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'xentree-mail-'));
    const [key, cert] = ['key.pem', 'cert.pem'].map((name) => path.join(directory, name));
    const wanted = ['-subj', `/CN=${host}`, '-addext', `subjectAltName=IP:${host}`, '-days', '2'];
    const args = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', ...wanted];
    await run('openssl', [...args, '-keyout', key, '-out', cert]);
    return { directory, file: cert, key: fs.readFileSync(key), cert: fs.readFileSync(cert) };
}

// A mail server (npm: smtp-server) that keeps what it gets.
//   starttls  it has a certificate of its own and takes mail by STARTTLS after a login only
//   refuses   answers whether a recipient is refused, with an SMTP status; undefined takes it
export class MailServer {
    #options;
    #server;
    #port = 0;
    #certificate;
    #mails = [];
    sessions = [];

    constructor(options = {}) {
        this.#options = options;
    }

    async start() {
        if (this.#options.starttls) this.#certificate ??= await makeCertificate();
        this.#server = new SMTPServer({
            ...(this.#options.starttls ? this.#guarded() : { authOptional: true, disabledCommands: ['STARTTLS', 'AUTH'] }),
            logger: false,
            onRcptTo: (recipient, session, done) => done(this.#refusal(recipient.address)),
            onData: (stream, session, done) => {
                this.#keep(stream, session).then(() => done(), done);
            },
        });
        this.#server.on('error', () => {}); // clients that hang up
        await new Promise((resolve) => this.#server.listen(this.#port, host, resolve));
        this.#port = this.#server.server.address().port;
    }

    #guarded() {
        return {
            key: this.#certificate.key,
            cert: this.#certificate.cert,
            onAuth: ({ username, password }, session, done) => {
                const isRight = username === mailLogin.user && password === mailLogin.password;
                done(isRight ? null : new Error('no such login'), { user: username });
            },
        };
    }

    #refusal(address) {
        const responseCode = this.#options.refuses?.(address);
        return responseCode ? Object.assign(new Error('refused'), { responseCode }) : undefined;
    }

    async #keep(stream, session) {
        const mail = await simpleParser(stream);
        this.sessions.push({ secure: session.secure, user: session.user });
        this.#mails.push({
            to: session.envelope.rcptTo[0].address,
            from: mail.from.value[0],
            subject: mail.subject,
            text: mail.text,
            id: mail.messageId,
        });
    }

    async stop() {
        await new Promise((resolve) => this.#server.close(resolve));
    }

    remove() {
        if (this.#certificate) fs.rmSync(this.#certificate.directory, { recursive: true, force: true });
    }

    // What a server is told of it.
    get settings() {
        const guarded = { 'mail.ca-file': this.#certificate?.file };
        const login = { 'mail.user': mailLogin.user, 'mail.password': mailLogin.password };
        return {
            'mail.url': `smtp://${host}:${this.#port}`,
            'mail.from': 'Xentree <no-reply@example.com>',
            'mail.link-base': linkBase,
            ...(this.#options.starttls ? { ...guarded, ...login } : { 'mail.needs-tls': false }),
        };
    }

    // All that came for an address, oldest first.
    to(address) {
        return this.#mails.filter((mail) => mail.to === address);
    }

    // Waits for so many mails to an address; the last of them.
    async arrived(address, count = 1) {
        await eventually(`${count} mails to ${address}`, () => this.to(address).length >= count, { within: 30_000 });
        return this.to(address)[count - 1];
    }
}

// The token of the link in a mail to that page.
export function tokenIn(mail, page) {
    const [, token] = mail.text.match(new RegExp(`${linkBase}/${page}\\?token=([\\w-]{43})(?![\\w-])`)) ?? [];
    if (!token) throw new Error(`no link to ${page} in: ${mail.text}`);
    return token;
}

// A server of a test file that has mail: { server, mail }.
export function useMailedServer({ mail: mailOptions, settings, ...rest } = {}) {
    const mail = new MailServer(mailOptions);
    const server = new Server({
        ...rest,
        get settings() {
            return { ...mail.settings, ...settings };
        },
    });
    before(async () => {
        await mail.start(); // first, for its port
        await server.start();
    });
    shownOnFailure(server);
    after(async () => {
        await server.stop();
        await mail.stop();
        mail.remove();
    });
    return { server, mail };
}
