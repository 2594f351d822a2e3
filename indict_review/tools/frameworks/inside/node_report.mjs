// A reporter for `node --test`, run in the sandbox: one JSON object a line, test by test.
// Each test file is a process of its own; what it says of its tests comes over its standard
// output, where the file itself could write, too. Planted tests do not show that. The file of a
// test is the one that called `test`, as node has it: a shared module, if that did.
import { relative, isAbsolute } from 'node:path';

const line = (entry) => JSON.stringify(entry) + '\n';
const local = (path) => (isAbsolute(path) ? relative(process.cwd(), path) : path);

export default async function* report(source) {
  const open = []; // by nesting: {name, children}
  for await (const { type, data } of source) {
    if (type === 'test:start') {
      if (data.nesting > 0 && open[data.nesting - 1]) open[data.nesting - 1].children += 1;
      open.length = data.nesting;
      open[data.nesting] = { name: data.name, children: 0 };
    } else if (type === 'test:pass' || type === 'test:fail') {
      const entry = finished(open, type, data);
      if (entry) yield line(entry);
    }
  }
  yield line({ end: true });
}

function finished(open, type, data) {
  const { children } = open[data.nesting] ?? { children: 0 };
  const above = open.slice(0, data.nesting).map((one) => (one ? one.name : '?'));
  const error = data.details?.error;
  // A file or a suite says nothing of its own, unless it failed by itself.
  const group = children > 0 && (data.details?.type === 'suite' || isAbsolute(data.name));
  if (group && (type === 'test:pass' || error?.failureType === 'subtestsFailed')) return null;
  const file = data.file ?? [...above, data.name].find(isAbsolute);
  const names = [...above, data.name].filter((name) => !isAbsolute(name));
  const failed = type === 'test:fail' && data.todo === undefined;
  const skipped = data.skip !== undefined || data.todo !== undefined;
  return {
    name: [...(file ? [local(file)] : []), ...names].join(' > '),
    outcome: failed ? 'failed' : skipped ? 'skipped' : 'passed',
    detail: failed && error ? String(error.cause?.stack ?? error.cause ?? error.stack ?? error) : '',
    path: file ? local(file) : null,
  };
}
