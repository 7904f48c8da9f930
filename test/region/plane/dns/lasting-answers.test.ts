import dgram from 'node:dgram';
import { once } from 'node:events';
import dnsPacket from 'dns-packet';
import { expect, onTestFinished, test } from 'vitest';
import { startNames } from '../../../../src/region/plane/dns/names.ts';

const record = (address: string, more: object = {}) => ({
  name: 'www.shop.example',
  type: 'A',
  ttl: 60,
  values: [address],
  ...more,
});

async function served(first: readonly ReturnType<typeof record>[], zone = 'shop.example', random = () => 0) {
  const names = await startNames({ count: 1, addressesOf: () => undefined, random, nowMs: () => 0 });
  onTestFinished(() => names.close());
  const publish = (records: readonly ReturnType<typeof record>[]) =>
    names.publish({ hostedZones: [{ id: 'Z1', name: zone, records }], loadBalancers: [] });
  publish(first);
  const client = dgram.createSocket('udp4');
  onTestFinished(() => void client.close());
  const send = (id: number, name: string) => {
    const query = dnsPacket.encode({ type: 'query', id, questions: [{ type: 'A', name }] });
    client.send(query, names.nameServers[0]?.port, '127.0.0.1');
  };
  const askAll = async (ids: readonly number[]): Promise<number[]> => {
    const answered: number[] = [];
    const all = new Promise<void>((resolve) => {
      client.on('message', (packet) => {
        if (answered.push(packet.readUInt16BE(0)) === ids.length) resolve();
      });
    });
    for (const id of ids) send(id, 'www.shop.example');
    await all;
    return answered;
  };
  const ask = async (
    id: number,
    name = 'www.shop.example',
  ): Promise<{ id: number | undefined; addresses: unknown[] }> => {
    send(id, name);
    const [packet] = (await once(client, 'message')) as [Buffer];
    const answer = dnsPacket.decode(packet);
    return { id: answer.id, addresses: (answer.answers ?? []).map((one) => 'data' in one && one.data) };
  };
  return { ask, askAll, publish };
}

test('an answer that was given before is given again under the id of the query, until the zones change', async () => {
  const api = { name: 'api.shop.example' };
  const { ask, publish } = await served([record('192.0.2.1'), record('192.0.2.3', api)]);
  for (const id of [1, 2, 3]) expect(await ask(id)).toEqual({ id, addresses: ['192.0.2.1'] });
  for (const id of [4, 5]) expect(await ask(id, api.name)).toEqual({ id, addresses: ['192.0.2.3'] });
  publish([record('192.0.2.2'), record('192.0.2.4', api)]);
  for (const id of [6, 7]) expect(await ask(id)).toEqual({ id, addresses: ['192.0.2.2'] });
  for (const id of [8, 9]) expect(await ask(id, api.name)).toEqual({ id, addresses: ['192.0.2.4'] });
  publish([]);
  expect(await ask(10)).toEqual({ id: 10, addresses: [] });
});

test('what is chosen among several records is chosen anew for each query', async () => {
  let chance = 0;
  const both = ['192.0.2.1', '192.0.2.2'].map((address, k) => record(address, { setIdentifier: `${k}`, weight: 1 }));
  const { ask } = await served(both, 'shop.example', () => chance);
  expect((await ask(1)).addresses).toEqual(['192.0.2.1']);
  chance = 0.9;
  expect((await ask(2)).addresses).toEqual(['192.0.2.2']);
});

test('of two names whose queries are filed under the same number, each has its own answer', async () => {
  const [one, other] = ['h3rnw.example', 'hkpba.example'];
  const { ask } = await served([record('192.0.2.1', { name: one }), record('192.0.2.2', { name: other })], 'example');
  for (const id of [1, 2, 3]) {
    expect(await ask(id, one)).toEqual({ id, addresses: ['192.0.2.1'] });
    expect(await ask(id, other)).toEqual({ id, addresses: ['192.0.2.2'] });
  }
});

test('whoever asks the same at once is answered each under an id of their own', async () => {
  const { ask, askAll } = await served([record('192.0.2.1')]);
  await ask(1);
  expect(await askAll([7, 8, 9, 10])).toEqual([7, 8, 9, 10]);
});
