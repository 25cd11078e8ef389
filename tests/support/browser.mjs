import { chromium } from 'playwright-core';

const flags = [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
];

// Debian's Chromium, with an empty profile of its own.
export function startBrowser() {
    return chromium.launch({ executablePath: '/usr/bin/chromium', args: flags });
}

// A page that notes in `faults` what a reader of it would never know: errors on its console, exceptions,
// requests that fail or leave `origin`.
export async function openPage(browser, origin, options = {}) {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    const faults = [];
    page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) faults.push(`console: ${message.text()}`);
    });
    page.on('pageerror', (error) => faults.push(`exception: ${error.message}`));
    page.on('requestfailed', (request) => faults.push(`failed: ${request.url()} ${request.failure()?.errorText}`));
    page.on('request', (request) => {
        const url = new URL(request.url());
        const isLocal = url.origin === origin || ['data:', 'blob:'].includes(url.protocol);
        if (!isLocal) faults.push(`to another origin: ${url}`);
    });
    page.on('response', (answer) => {
        if (answer.status() >= 400) faults.push(`${answer.status()}: ${answer.url()}`);
    });
    return { page, faults };
}
