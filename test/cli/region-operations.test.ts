import { expect, test } from 'vitest';
import { SERVICE_FACTS } from '../../src/aws/catalogue/catalogue.ts';
import { renderOperations } from '../../src/cli/region-operations.ts';
import { hasBehaviour } from '../../src/region/create-world.ts';
import { listOperations } from '../../src/region/operations.ts';
import { PLAIN } from '../../src/report/text.ts';

test('every operation of every service is listed, with behaviour exactly where the region has it', async () => {
  const services = await listOperations();
  expect(services.map(({ service }) => service)).toEqual(SERVICE_FACTS.map(({ id }) => id));
  for (const { service, operations } of services) {
    expect(operations.length).toBeGreaterThan(10);
    for (const { name, behaviour } of operations) expect(behaviour).toBe(hasBehaviour(service, name));
  }
});

test('one service is shown operation by operation, several by what has behaviour', async () => {
  const services = (await listOperations()).filter(({ service }) => ['sts', 'fis'].includes(service));
  const sts = services.filter(({ service }) => service === 'sts');
  expect(renderOperations(sts, 80, PLAIN)).toMatch(/^ {2}AssumeRoot +501$/m);
  expect(renderOperations(sts, 80, PLAIN)).toMatch(/^ {2}GetCallerIdentity +behaviour$/m);
  const both = renderOperations(services, 80, PLAIN);
  expect(both).toContain('GetCallerIdentity');
  expect(both).not.toContain('AssumeRoot');
  expect(both).toMatch(/^fis {2}\d+ of 26 operations have behaviour$/m);
});
