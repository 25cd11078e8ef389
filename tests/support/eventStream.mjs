// Server-sent events (HTML standard, "Parsing an event stream"), as far as an answer may have them: the events
// that are complete so far, the comments, and what is left over.
export function parseEventStream(text) {
    const events = [];
    const comments = [];
    const blocks = text.replaceAll('\r\n', '\n').split('\n\n');
    const rest = blocks.pop();
    for (const block of blocks) {
        const event = { event: 'message', data: [] };
        for (const line of block.split('\n')) {
            if (line.startsWith(':')) {
                comments.push(line.slice(1).trim());
                continue;
            }
            const [, name, value] = line.match(/^([^:]*):? ?(.*)$/s);
            if (name === 'event') event.event = value;
            if (name === 'data') event.data.push(value);
        }
        if (event.data.length > 0) events.push({ event: event.event, data: event.data.join('\n') });
    }
    return { events, comments, rest };
}
