/**
 * What to say when a program that is made for `engines` (">=20.19.0", as in a package.json) runs on an older Node;
 * undefined when it does not.
 */
export function olderNode(running: string, engines: string): string | undefined {
  const [is, least] = [numbersOf(running), numbersOf(engines)];
  const differing = least.findIndex((number, index) => number !== is[index]);
  if (differing < 0 || (is[differing] ?? 0) > (least[differing] ?? 0)) return undefined;
  return `Node version must be ${engines} to use this CLI. Current node version: ${running}`;
}

const numbersOf = (version: string): number[] => (version.match(/\d+/g) ?? []).slice(0, 3).map(Number);
