import http from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkHealth } from '../../../../src/region/plane/balancer/check.ts';
import { smallRegion } from '../../small-region.ts';

/** Answers `/404` with a 404, and so on; `/silent` not at all. */
const server = http.createServer((request, response) => {
  if (request.url === '/silent') return;
  response.statusCode = Number(request.url?.slice(1));
  response.end();
});
const port = () => {
  const at = server.address();
  return typeof at === 'object' && at ? at.port : 0;
};
const check = (path: string, timeoutMs = 10_000) =>
  checkHealth({ address: '127.0.0.1', port: port() }, path, timeoutMs);

beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

test.each([200, 204, 299])('a target that answers its health check with %i passes it', async (status) => {
  expect(await check(`/${status}`)).toBeUndefined();
});

test.each([301, 400, 403, 404, 500, 503])('a target that answers its health check with %i fails it', async (status) => {
  expect(await check(`/${status}`)).toBe('Target.ResponseCodeMismatch');
});

test('a target that accepts and says nothing fails it by its time-out', async () => {
  expect(await check('/silent', 50)).toBe('Target.Timeout');
});

test('the codes that pass are those that the target group names', () => {
  const { TargetGroups } = smallRegion().call('elastic-load-balancing-v2', 'DescribeTargetGroups');
  expect(TargetGroups[0].Matcher).toEqual({ HttpCode: '200-299' });
});
