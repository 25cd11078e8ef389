import assert from 'node:assert/strict';

// The query of the next page that a Link header names (RFC 8288), or undefined on the last page.
export function nextQuery(answer) {
    const link = answer.headers.get('Link');
    if (link === null) return undefined;
    const match = link.match(/^<([^>]+)>; rel="next"$/);
    assert.ok(match, `Link has another form: ${link}`);
    const url = new URL(match[1], 'http://server');
    assert.equal(url.pathname, answer.path, 'the next page is one of the same list');
    return Object.fromEntries(url.searchParams);
}

// All pages of a list, from the first on: an array of arrays. between() is called before each further page.
export async function readPages(client, operationId, options = {}, between = async () => {}) {
    const pages = [];
    let query = options.query;
    do {
        const answer = await client.call(operationId, { ...options, query });
        assert.equal(answer.status, 200, answer.text);
        pages.push(answer.body);
        query = nextQuery(answer);
        if (query) await between();
    } while (query);
    return pages;
}
