// This process's environment without what stands in it for the tests: xentree takes every XENTREE_ variable for a
// setting and refuses those it does not know.
export function programEnvironment(more = {}) {
    const kept = Object.entries(process.env).filter(([name]) => !name.startsWith('XENTREE_'));
    return { ...Object.fromEntries(kept), ...more };
}
