import { expect, test } from 'vitest';
import { parseConfig } from '../../src/experiment/config.ts';

const TEXT = `
accounts:
  laptop: { kind: embedded, blueprint: regions/shop.yaml, parameters: { zone: use1-az2, size: 3, loud: true } }
  mine: { kind: host }
  local: { kind: endpoint, endpoint: "http://127.0.0.1:4566", region: us-east-1, allowedHosts: [moto] }
`;

test('a configuration names accounts; a blueprint is found beside it', () => {
  expect(parseConfig({ file: '/p/chaos.config.yaml', text: TEXT })).toEqual({
    problems: [],
    config: {
      accounts: {
        laptop: {
          kind: 'embedded',
          blueprint: '/p/regions/shop.yaml',
          allowedHosts: [],
          parameters: { zone: 'use1-az2', size: 3, loud: true },
        },
        mine: { kind: 'host', allowedHosts: [], parameters: {} },
        local: {
          kind: 'endpoint',
          endpoint: 'http://127.0.0.1:4566',
          region: 'us-east-1',
          allowedHosts: ['moto'],
          parameters: {},
        },
      },
    },
  });
});

test('a configuration without accounts is sound', () => {
  expect(parseConfig({ file: 'c.yaml', text: '{}' })).toEqual({ problems: [], config: { accounts: {} } });
});
