import { once } from 'node:events';
import http from 'node:http';

const pathOfEvents = '/calendars/primary/events';

function googleError(code, reason) {
    return { error: { code, message: reason, errors: [{ domain: 'calendar', reason, message: reason }] } };
}

function timeOf(time) {
    return Date.parse(time?.dateTime ?? `${time?.date}T00:00:00Z`);
}

// A stand-in for Google Calendar, written for these tests, since no package has one. It knows one calendar for each
// access token's account and the three calls that the server makes (list, insert, get), and checks the bearer token.
//   isGood(token)  whether it takes an access token
//   events         what is in the calendar, by id
//   override       (request) => { status, body, delay, breakOff } in place of its own answer, or undefined
//   requests       what it was asked: [{ method, path, query, token, body }]
export class CalendarStandIn {
    #listener = http.createServer((request, response) => this.#serve(request, response));
    isGood = () => true;
    events = new Map();
    override = () => undefined;
    requests = [];

    static async start() {
        const calendar = new CalendarStandIn();
        calendar.#listener.listen(0, '127.0.0.1');
        await once(calendar.#listener, 'listening');
        return calendar;
    }

    get url() {
        return `http://127.0.0.1:${this.#listener.address().port}`;
    }

    lay(...events) {
        for (const event of events) this.events.set(event.id, event);
    }

    async #serve(incoming, response) {
        let text = '';
        for await (const piece of incoming) text += piece;
        const url = new URL(incoming.url, 'http://calendar');
        const request = {
            method: incoming.method,
            path: url.pathname,
            query: Object.fromEntries(url.searchParams),
            token: incoming.headers.authorization?.replace(/^Bearer /, ''),
            body: text === '' ? undefined : JSON.parse(text),
        };
        this.requests.push(request);
        const answer = this.override(request) ?? this.#answer(request);
        if (answer.delay) await new Promise((resolve) => setTimeout(resolve, answer.delay));
        if (answer.breakOff) return incoming.socket.destroy();
        response.writeHead(answer.status, { 'Content-Type': 'application/json', ...answer.headers });
        return response.end(typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body));
    }

    #answer({ method, path, query, token, body }) {
        if (!this.isGood(token)) return { status: 401, body: googleError(401, 'authError') };
        if (path === pathOfEvents && method === 'GET') return this.#list(query);
        if (path === pathOfEvents && method === 'POST') return this.#insert(body);
        const event = this.events.get(path.slice(pathOfEvents.length + 1));
        if (method === 'GET' && event) return { status: 200, body: event };
        return { status: 404, body: googleError(404, 'notFound') };
    }

    #list({ timeMin, timeMax, maxResults, pageToken = '0', singleEvents, orderBy }) {
        if (singleEvents !== 'true' || orderBy !== 'startTime') return { status: 400, body: googleError(400, 'invalid') };
        if (!/^[0-9]+$/.test(pageToken)) return { status: 400, body: googleError(400, 'invalid') };
        const found = [...this.events.values()]
            .filter(
                ({ start, end }) => !(timeOf(end) <= Date.parse(timeMin) || timeOf(start) >= Date.parse(timeMax)),
            )
            .sort((one, other) => timeOf(one.start) - timeOf(other.start));
        const begin = Number(pageToken);
        const end = begin + Number(maxResults);
        const nextPageToken = end < found.length ? String(end) : undefined;
        return { status: 200, body: { kind: 'calendar#events', items: found.slice(begin, end), nextPageToken } };
    }

    #insert(body) {
        const id = body.id ?? `made${this.events.size}`;
        if (this.events.has(id)) return { status: 409, body: googleError(409, 'duplicate') };
        const event = {
            kind: 'calendar#event',
            status: 'confirmed',
            htmlLink: `https://calendar.google.com/calendar/event?eid=${id}`,
            ...body,
            id,
        };
        this.events.set(id, event);
        return { status: 200, body: event };
    }

    async stop() {
        this.#listener.closeAllConnections();
        this.#listener.close();
        await once(this.#listener, 'close');
    }
}

export { googleError };
