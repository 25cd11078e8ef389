import crypto from 'node:crypto';
import { OAuth2Server } from 'oauth2-mock-server';

export const calendarScope = 'https://www.googleapis.com/auth/calendar.events';
export const mockClientSecret = 'client-secret-of-the-tests';

// An OAuth 2.0 server (npm: oauth2-mock-server, which checks PKCE itself) that a test tells what to grant:
//   email, scope, expiresIn   of the grants from now on; an undefined scope is left out of the answer
//   refusal                   { statusCode, body } that the token endpoint answers instead
//   errorAtConsent            the error that the consent page sends the browser back with
//   revocationStatus          of the revocation endpoint
// and that tells what it was asked: tokenRequests (forms), issued and revoked (tokens).
export class OAuthMock {
    #server = new OAuth2Server();
    email = 'mira@example.com';
    scope = `${calendarScope} openid email`;
    expiresIn = 3600;
    refusal = undefined;
    errorAtConsent = undefined;
    revocationStatus = 200;
    tokenRequests = [];
    issued = [];
    refreshTokens = [];
    revoked = [];

    static async start() {
        const mock = new OAuthMock();
        await mock.#server.issuer.keys.generate('RS256');
        await mock.#server.start(0, '127.0.0.1');
        const { service } = mock.#server;
        service.on('beforeTokenSigning', ({ payload }) => Object.assign(payload, { email: mock.email, jti: crypto.randomUUID() }));
        service.on('beforeResponse', (answer, request) => mock.#answerTokens(answer, request));
        service.on('beforeAuthorizeRedirect', ({ url }) => mock.#sendBack(url));
        service.on('beforeRevoke', (answer, request) => mock.#revoke(answer, request));
        return mock;
    }

    #answerTokens(answer, { body: form }) {
        this.tokenRequests.push(form);
        if (this.refusal) return Object.assign(answer, this.refusal);
        answer.body.expires_in = this.expiresIn;
        answer.body.scope = this.scope;
        this.issued.push(answer.body.access_token);
        this.refreshTokens.push(answer.body.refresh_token);
        return answer;
    }

    #sendBack(url) {
        if (!this.errorAtConsent) return;
        url.searchParams.delete('code');
        url.searchParams.set('error', this.errorAtConsent);
    }

    // The mock does not read the form itself.
    #revoke(answer, request) {
        answer.statusCode = this.revocationStatus;
        let form = '';
        request.on('data', (piece) => (form += piece));
        request.on('end', () => this.revoked.push(new URLSearchParams(form).get('token')));
    }

    // What a test may have changed, as it was.
    reset() {
        const { email, scope, expiresIn, refusal, errorAtConsent, revocationStatus } = new OAuthMock();
        Object.assign(this, { email, scope, expiresIn, refusal, errorAtConsent, revocationStatus });
    }

    get url() {
        return `http://127.0.0.1:${this.#server.address().port}`;
    }

    get secrets() {
        return [...this.issued, ...this.refreshTokens, mockClientSecret];
    }

    refreshes() {
        return this.tokenRequests.filter(({ grant_type: type }) => type === 'refresh_token').length;
    }

    async stop() {
        await this.#server.stop();
    }
}
