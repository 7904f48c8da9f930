import net from 'node:net';
import type { Address } from '../../../kernel/ports.ts';
import type { Desired, DesiredLoadBalancer, Observed } from '../../contract.ts';
import type { Endpoint, Fabric } from '../links/fabric.ts';
import { reportOf } from './health.ts';
import { type BalancerNode, type NodeSettings, startNode } from './node.ts';

/** The load balancers of a region. */
export interface Balancers {
  /** Starts, changes and ends nodes until they are as desired. */
  apply(desired: Desired): Promise<void>;
  /** The nodes, as places that links lead to. */
  endpoints(): readonly Endpoint[];
  /**
   * The addresses that the name of a load balancer has now: of the nodes that have power and a healthy target, or, when
   * no node has one, of all. Undefined when there is no load balancer of that name.
   */
  addressesOf(dnsName: string): readonly string[] | undefined;
  close(): void;
}

interface Balancer {
  desired: DesiredLoadBalancer;
  readonly nodes: Map<string, BalancerNode>;
  /** The last that was reported of each target. */
  readonly reported: Map<string, string>;
  readonly front: net.Server;
}

export function createBalancers(fabric: Fabric, report: (fact: Observed) => void): Balancers {
  const balancers = new Map<string, Balancer>();
  let dark = new Set<string>();

  const addresses = ({ desired, nodes }: Balancer): readonly string[] => {
    const serving = desired.nodes.filter(({ zoneId }) => !dark.has(zoneId) && nodes.get(zoneId)?.serves());
    return (serving.length > 0 ? serving : desired.nodes).map(({ address }) => address);
  };

  const reportHealth = (balancer: Balancer) => {
    const { desired, nodes, reported } = balancer;
    for (const { instanceId, draining } of desired.targets) {
      const views = [...nodes.values()].flatMap((node) => node.views().get(instanceId) ?? []);
      const { state, reason } = draining
        ? { state: 'draining' as const, reason: 'Target.DeregistrationInProgress' }
        : reportOf(views);
      const text = `${state} ${reason}`;
      if (reported.get(instanceId) === text) continue;
      reported.set(instanceId, text);
      report({ type: 'target-health', loadBalancer: desired.name, instanceId, state, reason });
    }
    for (const id of [...reported.keys()]) {
      if (!desired.targets.some(({ instanceId }) => instanceId === id)) reported.delete(id);
    }
  };

  const start = async (desired: DesiredLoadBalancer): Promise<Balancer> => {
    let turn = 0;
    const front = await startFront(async () => {
      const open = addresses(balancer);
      const address = open[turn++ % open.length];
      return address === undefined
        ? undefined
        : fabric.listener({ kind: 'outside' }, address, balancer.desired.listenPort);
    });
    const balancer: Balancer = { desired, nodes: new Map(), reported: new Map(), front: front.server };
    report({ type: 'load-balancer', name: desired.name, url: `http://127.0.0.1:${front.port}` });
    return balancer;
  };

  const settle = async (balancer: Balancer, desired: Desired, wanted: DesiredLoadBalancer) => {
    balancer.desired = wanted;
    for (const { zoneId } of wanted.nodes) {
      const settings = settingsOf(wanted, desired, !dark.has(zoneId));
      const node = balancer.nodes.get(zoneId);
      if (node) node.set(settings);
      else {
        const changed = () => reportHealth(balancer);
        balancer.nodes.set(zoneId, await startNode({ zoneId, fabric, settings, changed }));
      }
    }
    for (const [zoneId, node] of [...balancer.nodes]) {
      if (wanted.nodes.some((one) => one.zoneId === zoneId)) continue;
      node.close();
      balancer.nodes.delete(zoneId);
    }
    reportHealth(balancer);
  };

  const end = (name: string, balancer: Balancer) => {
    for (const node of balancer.nodes.values()) node.close();
    balancer.front.close();
    balancers.delete(name);
  };

  return {
    async apply(desired) {
      dark = new Set(desired.zones.filter(({ power }) => power === 'off').map(({ zoneId }) => zoneId));
      for (const wanted of desired.loadBalancers) {
        const balancer = balancers.get(wanted.name) ?? (await start(wanted));
        balancers.set(wanted.name, balancer);
        await settle(balancer, desired, wanted);
      }
      for (const [name, balancer] of [...balancers]) {
        if (!desired.loadBalancers.some((one) => one.name === name)) end(name, balancer);
      }
    },
    endpoints: () =>
      [...balancers.values()].flatMap(({ desired, nodes }) =>
        desired.nodes.map(({ zoneId, address }) => ({
          zoneId,
          address,
          port: desired.listenPort,
          reach: () => ({ port: nodes.get(zoneId)?.at.port ?? 0 }),
        })),
      ),
    addressesOf(dnsName) {
      const found = [...balancers.values()].find(({ desired }) => desired.dnsName.toLowerCase() === dnsName);
      return found && addresses(found);
    },
    close() {
      for (const [name, balancer] of [...balancers]) end(name, balancer);
    },
  };
}

function settingsOf(wanted: DesiredLoadBalancer, desired: Desired, powered: boolean): NodeSettings {
  const targets = wanted.targets.flatMap((target) => {
    const instance = desired.instances.find(({ instanceId }) => instanceId === target.instanceId);
    return instance ? [{ ...target, zoneId: instance.zoneId, address: instance.address }] : [];
  });
  return { healthCheck: wanted.healthCheck, crossZone: wanted.crossZone, targets, powered };
}

/**
 * The one loopback port that people and tools outside use as the load balancer's address. Each connection goes to a
 * node that the name would have led to at that moment.
 */
async function startFront(next: () => Promise<Address | undefined>): Promise<{ server: net.Server; port: number }> {
  const server = net.createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
    client.on('error', () => client.destroy());
    void next().then((at) => {
      if (!at) {
        client.destroy();
        return;
      }
      const onward = net.connect({ host: at.address, port: at.port, allowHalfOpen: true, noDelay: true });
      onward.on('error', () => client.resetAndDestroy());
      client.on('close', () => onward.destroy());
      client.pipe(onward).pipe(client);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port: 0, backlog: 1024 }, () => resolve());
  });
  const at = server.address();
  return { server, port: typeof at === 'object' && at ? at.port : 0 };
}
