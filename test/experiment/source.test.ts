import { describe, expect, test } from 'vitest';
import { checkBytes, FILE_BYTES_MAX, problemOfReading } from '../../src/experiment/bytes.ts';
import { openSource, Source } from '../../src/experiment/source.ts';

const dataOf = (text: string): unknown => {
  const { source, problems } = openSource('a.yaml', text);
  expect(problems).toEqual([]);
  return source?.value;
};
const shown = (place: { line: number; column: number; width: number; text: string }) =>
  `${place.line}: ${place.text.slice(place.column - 1, place.column - 1 + place.width)}`;

describe('a YAML text', () => {
  test('is read as YAML 1.2: yes and on are texts, numbers and null are not', () => {
    expect(dataOf('a: yes\nb: on\nc: 0777\nd: 0x1F\ne: ~\nf: true\ng: 1e3\nh: 12:30:45\ni: 2001-12-14\n')).toEqual({
      a: 'yes',
      b: 'on',
      c: 777,
      d: 31,
      e: null,
      f: true,
      g: 1000,
      h: '12:30:45',
      i: '2001-12-14',
    });
  });

  test('may share parts by anchors; a later anchor of the same name counts from there on', () => {
    expect(dataOf('a: &x 1\nb: *x\nc: &x 2\nd: *x\n')).toEqual({ a: 1, b: 1, c: 2, d: 2 });
  });

  test('may merge mappings: own keys win, then the first of those merged', () => {
    const text = 'x: &x { a: 1, b: 1 }\ny: &y { b: 2, c: 2 }\nz:\n  <<: [*x, *y]\n  a: 0\n';
    expect(dataOf(text)).toMatchObject({ z: { a: 0, b: 1, c: 2 } });
  });

  test('may hold references unquoted, even inside brackets, and keeps them as they are', () => {
    expect(dataOf('a: { z: ${zone}, l: [${x}, "${y}"] }\n${k}: "$${no}"\n')).toEqual({
      a: { z: '${zone}', l: ['${x}', '${y}'] },
      '${k}': '$${no}',
    });
  });

  test('may hold any private character: references are still told apart', () => {
    expect(dataOf('a: "\ue000\ue001 ${x} \ue002"\n')).toEqual({ a: '\ue000\ue001 ${x} \ue002' });
  });

  test('may use the names of properties that every object has', () => {
    const value = dataOf('__proto__: { a: 1 }\nconstructor: 2\n') as object;
    expect(Object.keys(value)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });

  test('may begin with a byte order mark and end its lines like Windows', () => {
    const bytes = new TextEncoder().encode('\ufeffa: 1\r\nb: 2\r\n');
    expect(openSource('a.yaml', bytes).source?.value).toEqual({ a: 1, b: 2 });
  });
});

describe('a place', () => {
  const text = [
    'base: &base { zone: here, deep: { a: 1 } }',
    'list:',
    '  - name: first',
    '    empty:',
    '  - *base',
    'step:',
    '  <<: *base',
    '  own: "${x}"',
  ].join('\n');
  const source = new Source('a.yaml', text);

  test.each([
    [['list', 0, 'name'], 'value', '3: first'],
    [['list', 0, 'name'], 'key', '3: name'],
    [['list', 0, 'empty'], 'value', '4: empty'],
    [['list', 1, 'zone'], 'value', '1: here'],
    [['step', 'deep', 'a'], 'value', '1: 1'],
    [['step', 'zone'], 'key', '1: zone'],
    [['step', 'own'], 'value', '8: "${x}"'],
    [['step', 'absent'], 'value', '6: step'],
    [['list', 0, 'absent'], 'value', '3: name: first'],
    [['list', 7], 'value', '2: list'],
    [['absent', 'more'], 'value', '1: base'],
    [[], 'value', '1: base'],
  ] as const)('%j (%s) is %s', (path, what, expected) => expect(shown(source.place(path, what))).toBe(expected));
});

describe('a hostile text is answered at once', () => {
  const size = FILE_BYTES_MAX - 10;
  const bomb = (line: (name: string, before: string) => string) =>
    ['x0: &x0 { a: 1 }', ...Array.from({ length: 30 }, (_, i) => line(`x${i + 1}`, `x${i}`))].join('\n');

  test.each([
    ['five megabytes', 'a'.repeat(5_000_000)],
    ['a list of a quarter of a million', '- a\n'.repeat(size / 4)],
    ['a mapping of a hundred thousand', Array.from({ length: 90_000 }, (_, i) => `k${i}: 1\n`).join('')],
    ['open brackets', '['.repeat(size)],
    ['open braces', '{'.repeat(size)],
    ['brackets, closed again', '['.repeat(20_000) + ']'.repeat(20_000)],
    ['dashes', '- '.repeat(size / 2)],
    ['question marks', '? '.repeat(size / 2)],
    ['quotes', '"'.repeat(size)],
    ['single quotes', "'".repeat(size)],
    ['colons', ': '.repeat(size / 2)],
    ['tags', '!a '.repeat(size / 3)],
    ['anchors', '&a '.repeat(size / 3)],
    ['documents', '---\n'.repeat(size / 4)],
    ['comments', '#\n'.repeat(size / 2)],
    ['empty lines', `a: 1${'\n'.repeat(size / 2)}`],
    ['deep blocks', Array.from({ length: 1_300 }, (_, i) => `${' '.repeat(i)}a:\n`).join('')],
    ['references', `a: "${'${x}'.repeat(size / 5)}"`],
    ['an alias bomb', bomb((name, before) => `${name}: &${name} [${`*${before}, `.repeat(9)}*${before}]`)],
    ['a merge bomb', bomb((name, before) => `${name}: &${name} { <<: [${`*${before}, `.repeat(9)}*${before}] }`)],
    ['an alias in every place', `a: &a [${'1,'.repeat(2_000)}]\nb: [${'*a,'.repeat(2_000)}]`],
  ])('%s', (_name, text) => {
    // The time that this thread worked, not the time that passed: other work of the machine does not count.
    const before = process.cpuUsage();
    openSource('a.yaml', text);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1_000).toBeLessThan(2_000);
  });

  test('a bomb is a problem, and so is what would overflow the stack', () => {
    for (const text of [
      bomb((name, before) => `${name}: &${name} [*${before}, *${before}]`),
      bomb((name, before) => `${name}: &${name} { <<: [*${before}, *${before}] }`),
      '['.repeat(5_000) + ']'.repeat(5_000),
    ]) {
      expect(openSource('a.yaml', text).problems.map(({ code }) => code)).toContain('YAML_SYNTAX');
    }
  });
});

describe('a file that cannot be read', () => {
  test.each([
    ['ENOENT', 'no file "a.yaml"'],
    ['EISDIR', '"a.yaml" is a folder, not a file'],
    ['EACCES', 'the file "a.yaml" may not be read'],
    ['TOO_LARGE', 'the file "a.yaml" is larger than 1 MiB'],
    ['EIO', 'the file "a.yaml" cannot be read (EIO)'],
  ])('%s is told in words, with a fix', (code, what) => {
    const problem = problemOfReading('a.yaml', code);
    expect(problem).toMatchObject({ code: 'YAML_READ', what });
    expect(problem.fix).toMatch(/^[a-z]/);
  });

  test('exactly one MiB is read; one byte more is not', () => {
    expect(checkBytes('a', new Uint8Array(FILE_BYTES_MAX).fill(97)).problems).toEqual([]);
    expect(checkBytes('a', new Uint8Array(FILE_BYTES_MAX + 1).fill(97)).problems).toHaveLength(1);
  });
});
