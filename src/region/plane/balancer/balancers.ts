import type { Desired, DesiredLoadBalancer, Observed } from '../../contract.ts';
import type { Endpoint, Fabric } from '../links/fabric.ts';
import { type Front, startFront } from './front.ts';
import { reportOf } from './health.ts';
import { BalancerNode, type NodeSettings } from './node.ts';

interface Balancer {
  desired: DesiredLoadBalancer;
  readonly nodes: Map<string, BalancerNode>;
  /** The last that was reported of each target. */
  readonly reported: Map<string, string>;
  front?: Front;
}

/** The load balancers of a region. */
export class Balancers {
  readonly #fabric: Fabric;
  readonly #report: (fact: Observed) => void;
  readonly #balancers = new Map<string, Balancer>();
  readonly #ports: Readonly<Record<string, number>>;
  #dark = new Set<string>();

  /** @param ports to listen on for the outside if they are free, by the names of the load balancers. */
  constructor(fabric: Fabric, report: (fact: Observed) => void, ports: Readonly<Record<string, number>> = {}) {
    this.#ports = ports;
    this.#fabric = fabric;
    this.#report = report;
  }

  /** Starts, changes and ends nodes until they are as desired. */
  async apply(desired: Desired): Promise<void> {
    this.#dark = new Set(desired.zones.filter(({ power }) => power === 'off').map(({ zoneId }) => zoneId));
    for (const wanted of desired.loadBalancers) {
      const balancer = this.#balancers.get(wanted.name) ?? (await this.#start(wanted));
      balancer.desired = wanted;
      await this.#settleNodes(balancer, desired);
      this.#reportHealth(balancer);
    }
    for (const [name, balancer] of [...this.#balancers]) {
      if (!desired.loadBalancers.some((one) => one.name === name)) this.#end(name, balancer);
    }
  }

  /** The nodes, as places that links lead to. */
  endpoints(): readonly Endpoint[] {
    return [...this.#balancers.values()].flatMap(({ desired, nodes }) =>
      desired.nodes.map(({ zoneId, address }) => ({
        zoneId,
        address,
        port: desired.listenPort,
        reach: () => ({ port: nodes.get(zoneId)?.port() ?? 0 }),
      })),
    );
  }

  /**
   * The addresses that the name of a load balancer has now: of the nodes that have power and a healthy target, or, when
   * no node has one, of all. Undefined when there is no load balancer of that name.
   */
  addressesOf(dnsName: string): readonly string[] | undefined {
    const found = [...this.#balancers.values()].find(({ desired }) => desired.dnsName.toLowerCase() === dnsName);
    return found && this.#addresses(found);
  }

  /** Whether a node of the load balancer of that name has power and a healthy target. */
  isServing(dnsName: string): boolean {
    const found = [...this.#balancers.values()].find(({ desired }) => desired.dnsName.toLowerCase() === dnsName);
    return [...(found?.nodes.values() ?? [])].some((node) => node.serves());
  }

  /** What passed through the nodes since it was asked last. */
  takeTraffic(): Extract<Observed, { type: 'measured' }>['traffic'] {
    return [...this.#balancers].flatMap(([loadBalancer, { nodes }]) =>
      [...nodes].flatMap(([zoneId, node]) => {
        const traffic = node.takeTraffic();
        return traffic ? [{ loadBalancer, zoneId, traffic }] : [];
      }),
    );
  }

  close(): void {
    for (const [name, balancer] of [...this.#balancers]) this.#end(name, balancer);
  }

  #addresses({ desired, nodes }: Balancer): readonly string[] {
    const serving = desired.nodes.filter(({ zoneId }) => nodes.get(zoneId)?.serves());
    return (serving.length > 0 ? serving : desired.nodes).map(({ address }) => address);
  }

  async #start(desired: DesiredLoadBalancer): Promise<Balancer> {
    const balancer: Balancer = { desired, nodes: new Map(), reported: new Map() };
    this.#balancers.set(desired.name, balancer);
    let turn = 0;
    balancer.front = await startFront(async () => {
      const open = this.#addresses(balancer);
      const address = open[turn++ % Math.max(1, open.length)] ?? '';
      return this.#fabric.listener({ kind: 'outside' }, address, balancer.desired.listenPort);
    }, this.#ports[desired.name]);
    this.#report({ type: 'load-balancer', name: desired.name, url: `http://127.0.0.1:${balancer.front.port}` });
    return balancer;
  }

  async #settleNodes(balancer: Balancer, desired: Desired): Promise<void> {
    const wanted = balancer.desired;
    for (const { zoneId, address } of wanted.nodes) {
      const settings = settingsOf(wanted, desired, !this.#dark.has(zoneId));
      const known = balancer.nodes.get(zoneId);
      if (known) known.set(settings);
      else {
        const changed = () => this.#reportHealth(balancer);
        const node = new BalancerNode({ zoneId, address, fabric: this.#fabric, settings, changed });
        balancer.nodes.set(zoneId, node);
        await node.start();
      }
    }
    for (const [zoneId, node] of [...balancer.nodes]) {
      if (wanted.nodes.some((one) => one.zoneId === zoneId)) continue;
      node.close();
      balancer.nodes.delete(zoneId);
    }
  }

  #reportHealth({ desired, nodes, reported }: Balancer): void {
    for (const { instanceId, draining } of desired.targets) {
      const views = [...nodes.values()].flatMap((node) => node.views().get(instanceId) ?? []);
      const { state, reason } = draining ? DRAINING : reportOf(views);
      const text = `${state} ${reason}`;
      if (reported.get(instanceId) === text) continue;
      reported.set(instanceId, text);
      this.#report({ type: 'target-health', loadBalancer: desired.name, instanceId, state, reason });
    }
    for (const id of [...reported.keys()]) {
      if (!desired.targets.some(({ instanceId }) => instanceId === id)) reported.delete(id);
    }
  }

  #end(name: string, balancer: Balancer): void {
    for (const node of balancer.nodes.values()) node.close();
    balancer.front?.close();
    this.#balancers.delete(name);
  }
}

const DRAINING = { state: 'draining', reason: 'Target.DeregistrationInProgress' } as const;

function settingsOf(wanted: DesiredLoadBalancer, desired: Desired, powered: boolean): NodeSettings {
  const targets = wanted.targets.flatMap((target) => {
    const instance = desired.instances.find(({ instanceId }) => instanceId === target.instanceId);
    return instance ? [{ ...target, zoneId: instance.zoneId, address: instance.address }] : [];
  });
  return { healthCheck: wanted.healthCheck, crossZone: wanted.crossZone, targets, powered };
}
