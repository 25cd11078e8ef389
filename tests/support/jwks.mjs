import { execFileSync } from 'node:child_process';
import crypto from 'node:crypto';

// SHA-256 of the DER SubjectPublicKeyInfo of a JWK, as OpenSSL's command line computes it.
export function opensslFingerprint(jwk) {
    const pem = crypto.createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' });
    const der = execFileSync('openssl', ['pkey', '-pubin', '-outform', 'DER'], { input: pem });
    return execFileSync('openssl', ['dgst', '-sha256', '-r'], { input: der, encoding: 'utf8' }).split(' ')[0];
}
