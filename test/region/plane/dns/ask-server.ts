import dgram from 'node:dgram';
import net from 'node:net';
import dnsPacket, { type DecodedPacket, type Packet } from 'dns-packet';
import type { Address } from '../../../../src/kernel/ports.ts';

/** What a test reads of an answer. */
export interface Seen {
  readonly code: string;
  readonly flags: { readonly aa: boolean; readonly tc: boolean; readonly ra: boolean };
  readonly question: string;
  readonly answers: readonly string[];
  readonly authority: readonly string[];
  readonly ttls: readonly number[];
  readonly edns: boolean;
  readonly bytes: number;
}

export interface Asked {
  readonly edns?: number;
  readonly tcp?: boolean;
}

/** Asks as `dig` does: one packet of our own making, one packet back. */
export async function askServer(server: Address, name: string, type: string, how: Asked = {}): Promise<Seen> {
  const packet = queryPacket(name, type, how.edns);
  const reply = how.tcp ? (await sendTcp(server, [packet]))[0] : await sendUdp(server, packet);
  if (!reply) throw new Error('no answer');
  return describe(reply);
}

export function queryPacket(name: string, type: string, edns?: number, id = 4711): Buffer {
  const query: Packet = {
    type: 'query',
    id,
    flags: dnsPacket.RECURSION_DESIRED,
    questions: [{ name, type: type as 'A' }],
  };
  if (edns === undefined) return dnsPacket.encode(query);
  const options = { extendedRcode: 0, ednsVersion: 0, flags: 0, flag_do: false, options: [] };
  return dnsPacket.encode({
    ...query,
    additionals: [{ type: 'OPT', name: '.', udpPayloadSize: edns, ...options }],
  });
}

export function sendUdp(server: Address, packet: Buffer, waitMs = 2_000): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const socket = dgram.createSocket('udp4');
    const end = (reply?: Buffer) => {
      clearTimeout(timer);
      socket.close();
      resolve(reply);
    };
    const timer = setTimeout(() => end(), waitMs);
    socket.once('message', (reply) => end(reply));
    socket.once('error', () => end());
    socket.send(packet, server.port, server.address);
  });
}

/** Sends all packets in one write, each behind its length, and reads as many answers. */
export function sendTcp(server: Address, packets: readonly Buffer[], cut = 0): Promise<readonly Buffer[]> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(server.port, server.address);
    const replies: Buffer[] = [];
    let received = Buffer.alloc(0);
    socket.setTimeout(2_000, () => socket.destroy(new Error('no answer over TCP')));
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
        replies.push(received.subarray(2, 2 + received.readUInt16BE(0)));
        received = received.subarray(2 + received.readUInt16BE(0));
      }
      if (replies.length === packets.length) {
        socket.destroy();
        resolve(replies);
      }
    });
    const whole = Buffer.concat(packets.map((packet) => Buffer.concat([lengthOf(packet), packet])));
    socket.write(whole.subarray(0, cut || whole.length));
    if (cut > 0) setImmediate(() => socket.write(whole.subarray(cut)));
  });
}

function lengthOf(packet: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(packet.length);
  return length;
}

export function describe(reply: Buffer): Seen {
  const packet = dnsPacket.decode(reply) as DecodedPacket & { rcode: string };
  const text = (record: (typeof packet.answers & object)[number]) =>
    `${record.name} ${record.type} ${'data' in record ? dataText(record.data) : ''}`.trim();
  return {
    code: packet.rcode,
    flags: { aa: packet.flag_aa, tc: packet.flag_tc, ra: packet.flag_ra },
    question: packet.questions?.[0]?.name ?? '',
    answers: (packet.answers ?? []).map(text),
    authority: (packet.authorities ?? []).map(text),
    ttls: [...(packet.answers ?? []), ...(packet.authorities ?? [])].map((r) => ('ttl' in r ? (r.ttl ?? 0) : 0)),
    edns: (packet.additionals ?? []).some((record) => record.type === 'OPT'),
    bytes: reply.length,
  };
}

function dataText(data: unknown): string {
  if (Buffer.isBuffer(data)) return data.toString();
  if (Array.isArray(data)) return data.map((part) => `"${String(part)}"`).join(' ');
  if (data !== null && typeof data === 'object') return Object.values(data).join(' ');
  return String(data);
}
