import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type EchoDoor, echoDoor } from './echo-door.ts';
import { exceptionsOf } from './exceptions.ts';
import { roundTrips } from './round-trips.ts';
import { SDKS } from './sdk-clients.ts';

let door: EchoDoor;

beforeAll(async () => {
  door = await echoDoor();
});
afterAll(() => door.close());

describe('what the SDK sends is what a step gets, and what a step gives is what the SDK returns', () => {
  for (const service of Object.keys(SDKS) as (keyof typeof SDKS)[]) {
    test(`for every operation of ${service}`, { timeout: 60_000 }, async () => {
      const { differing } = await roundTrips(door, { service, rounds: 1, seed: 20_261 });
      const excepted = exceptionsOf('sdk', service);
      const wrong = [...differing].filter(([operation]) => !excepted.has(operation));
      expect(wrong.slice(0, 3)).toEqual([]);
      expect([...excepted].filter((operation) => !differing.has(operation))).toEqual([]);
    });
  }
});
