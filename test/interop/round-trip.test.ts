import { afterAll, beforeAll, expect, test } from 'vitest';
import { type EchoDoor, echoDoor } from '../region/wire/echo-door.ts';
import { exceptionsOf } from '../region/wire/exceptions.ts';
import { roundTrips } from '../region/wire/round-trips.ts';
import { SDKS } from '../region/wire/sdk-clients.ts';

const ROUNDS = 10;

let door: EchoDoor;
beforeAll(async () => {
  door = await echoDoor();
});
afterAll(() => door.close());

for (const service of Object.keys(SDKS) as (keyof typeof SDKS)[]) {
  test(`every operation of ${service} makes ${ROUNDS} round trips through the SDK`, async () => {
    const { made, differing } = await roundTrips(door, { service, rounds: ROUNDS, seed: 99 });
    const excepted = exceptionsOf('sdk', service);
    console.info(`${service}: ${made} round trips, ${differing.size} operations differ`);
    expect([...differing].filter(([operation]) => !excepted.has(operation)).slice(0, 3)).toEqual([]);
  });
}
