/**
 * The candidate nearest to a misspelt word, if it is near enough to be worth saying; or else the only one that begins
 * nearly so, for a long word that was cut short.
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  return nearestWhole(word, candidates) ?? onlyNearStart(word, candidates);
}

function nearestWhole(word: string, candidates: readonly string[]): string | undefined {
  const reach = word.length <= 4 ? Math.sign(word.length) : Math.max(2, Math.floor(word.length / 3));
  let best: { candidate: string; cost: number } | undefined;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - word.length) > reach) continue;
    const cost = distance(word.toLowerCase(), candidate.toLowerCase());
    if (cost <= reach && (!best || cost < best.cost)) best = { candidate, cost };
  }
  return best?.candidate;
}

const CUT_SHORT_FROM = 6;

function onlyNearStart(word: string, candidates: readonly string[]): string | undefined {
  if (word.length < CUT_SHORT_FROM) return undefined;
  const start = word.toLowerCase();
  const near = candidates.filter((candidate) => {
    const head = candidate.toLowerCase();
    return (
      candidate.length > word.length &&
      Math.min(...[0, 1].map((more) => distance(start, head.slice(0, word.length + more)))) <= 1
    );
  });
  return near.length === 1 ? near[0] : undefined;
}

/** A fix for a word that is not among the candidates: the nearest one, or all of them. */
export function suggest(word: string, candidates: readonly string[]): string {
  const best = nearest(word, candidates);
  if (best !== undefined) return `did you mean "${best}"?`;
  return candidates.length === 0 ? 'remove it' : `use one of: ${[...new Set(candidates)].join(', ')}`;
}

/** Levenshtein distance in which a swap of neighbours costs one (optimal string alignment). */
function distance(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let cost = Math.min((next[j - 1] ?? 0) + 1, (row[j] ?? 0) + 1, changed);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      }
      next[j] = cost;
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? 0;
}
