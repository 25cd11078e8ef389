import { fileURLToPath } from 'node:url';
import path from 'node:path';

export const testsDirectory = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
export const projectDirectory = path.dirname(testsDirectory);

// The program under test.
export const binary = path.resolve(projectDirectory, process.env.XENTREE_BINARY ?? 'build/release/xentree');
