/**
 * What a sample of yes-or-no observations can prove. Everything here is exact (Clopper and Pearson, 1934), because a
 * normal approximation is wrong where it matters: few samples, shares near one.
 */

/** How sure a verdict is: the exact bounds and the sizes of samples are all at this confidence, one-sided. */
export const CONFIDENCE = 0.95;

/**
 * How many samples it takes before "at least this share is good" could have been refuted: with fewer, even a sample
 * without one failure is too small to tell. 299 for 0.99, 29 for 0.9. A share of 1 is refuted by a single failure and
 * needs one sample. The same formula serves a latency quantile: p99 is the claim that a share of 0.99 is fast enough.
 */
export function samplesNeeded(share: number, confidence = CONFIDENCE): number {
  if (share <= 0 || share >= 1) return 1;
  return Math.max(1, Math.ceil(Math.log(1 - confidence) / Math.log(share) - 1e-9));
}

/** The largest failure probability that `failures` of `n` leave plausible. 1 when there is no sample. */
export function upperBound(failures: number, n: number, confidence = CONFIDENCE): number {
  if (n <= 0 || failures >= n) return 1;
  if (failures <= 0) return 1 - (1 - confidence) ** (1 / n);
  return solve((p) => 1 - incompleteBeta(p, failures + 1, n - failures) - (1 - confidence));
}

/** The smallest failure probability that `failures` of `n` leave plausible. 0 when there is no sample. */
export function lowerBound(failures: number, n: number, confidence = CONFIDENCE): number {
  if (n <= 0 || failures <= 0) return 0;
  if (failures >= n) return (1 - confidence) ** (1 / n);
  return solve((p) => 1 - confidence - incompleteBeta(p, failures, n - failures + 1));
}

/** The root of a function that falls from positive to negative between 0 and 1. */
function solve(excess: (p: number) => number): number {
  let [low, high] = [0, 1];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (excess(middle) > 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The regularised incomplete beta function: P(X >= a) for X binomial with n = a + b - 1 and success probability x. */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  return x < (a + 1) / (a + b + 2) ? (front * betaFraction(x, a, b)) / a : 1 - (front * betaFraction(1 - x, b, a)) / b;
}

/** The continued fraction of the incomplete beta function, by Lentz's method. */
function betaFraction(x: number, a: number, b: number): number {
  const away = (value: number) => (Math.abs(value) < 1e-300 ? 1e-300 : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let result = d;
  // The fraction converges in about the square root of the larger argument; the bound is far above that.
  for (let m = 1; m <= 100_000; m++) {
    for (const term of [
      (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)),
      (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1)),
    ]) {
      d = 1 / away(1 + term * d);
      c = away(1 + term / c);
      result *= d * c;
    }
    if (Math.abs(d * c - 1) < 1e-14) break;
  }
  return result;
}

const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** The logarithm of the gamma function, for arguments of at least 0.5 (Lanczos, g = 7). */
function logGamma(z: number): number {
  const t = z + 6.5;
  const sum = LANCZOS.reduce((total, coefficient, i) => (i === 0 ? coefficient : total + coefficient / (z - 1 + i)), 0);
  return 0.5 * Math.log(2 * Math.PI) + (z - 0.5) * Math.log(t) - t + Math.log(sum);
}
