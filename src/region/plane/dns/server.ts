import dgram from 'node:dgram';
import net from 'node:net';
import type { Address } from '../../../kernel/ports.ts';
import { listenNear } from '../../listen.ts';
import { LastingAnswers } from './lasting-answers.ts';
import { type Answer, type Query, readQuery, refusal, writeAnswer } from './message.ts';

/** A name server or resolver on the wire: what it says is up to the function that answers. */
export interface DnsServer {
  readonly at: Address;
  close(): Promise<void>;
}

export interface DnsServerOptions {
  /** Undefined: stay silent. */
  readonly answer: (query: Query) => Answer | undefined | Promise<Answer | undefined>;
  readonly recursive: boolean;
  /** Answers that hold for as long as `edition` is the same. Default: each question is answered anew. */
  readonly lasting?: { readonly edition: () => unknown; readonly isLasting: (question: Query['question']) => boolean };
  /** The port to listen on if it is free. */
  readonly port?: number | undefined;
}

const IDLE_MS = 10_000;
const MOST_CONNECTIONS = 512;

/** Listens on one port of 127.0.0.1, over UDP and TCP. */
export async function startDnsServer(options: DnsServerOptions): Promise<DnsServer> {
  for (let attempt = 0; ; attempt++) {
    const tcp = net.createServer((socket) => serveTcp(socket, options));
    tcp.maxConnections = MOST_CONNECTIONS;
    const udp = serveUdp(options);
    try {
      const port = await listenNear(tcp, attempt === 0 ? options.port : 0);
      await bindUdp(udp, port);
      udp.on('error', () => {});
      return { at: { address: '127.0.0.1', port }, close: () => closeBoth(udp, tcp) };
    } catch (error) {
      // Another program holds the same number over UDP: take another one.
      tcp.close();
      udp.close();
      if (attempt >= 20) throw error;
    }
  }
}

/** Answers go to addresses: nothing is looked up. */
const noLookup: dgram.SocketOptions['lookup'] = (address, _options, done) => done(null, address, 4);

function serveUdp(options: DnsServerOptions): dgram.Socket {
  const udp = dgram.createSocket({ type: 'udp4', lookup: noLookup });
  const { lasting } = options;
  const known = lasting && new LastingAnswers(lasting.edition);
  udp.on('message', (packet, { port, address }) => {
    const ready = known?.find(packet);
    if (ready) {
      // What is sent at once is not looked at again; what has to wait must not change meanwhile.
      udp.send(udp.getSendQueueCount() === 0 ? ready : Buffer.from(ready), port, address);
      return;
    }
    const asked = lasting?.edition();
    void reply(packet, 'udp', options).then((answer) => {
      if (answer) udp.send(answer, port, address);
      // What was answered from the zones of before is not to be remembered.
      const query = answer && asked === lasting?.edition() ? readQuery(packet) : undefined;
      if (answer && typeof query === 'object' && lasting?.isLasting(query.question)) known?.remember(packet, answer);
    });
  });
  return udp;
}

async function reply(packet: Buffer, over: 'udp' | 'tcp', options: DnsServerOptions): Promise<Buffer | undefined> {
  const query = readQuery(packet);
  if (query === 'drop') return undefined;
  if (typeof query === 'string') return refusal(packet, query);
  try {
    const answer = await options.answer(query);
    return answer && writeAnswer(query, answer, over, options.recursive);
  } catch {
    return refusal(packet, 'SERVFAIL');
  }
}

/** Messages over TCP come one after another, each behind its length; answers leave as they are ready. */
function serveTcp(socket: net.Socket, options: DnsServerOptions): void {
  let pending = Buffer.alloc(0);
  socket.setTimeout(IDLE_MS, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk) => {
    pending = Buffer.concat([pending, chunk]);
    while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE(0)) {
      const packet = pending.subarray(2, 2 + pending.readUInt16BE(0));
      pending = pending.subarray(2 + packet.length);
      void reply(packet, 'tcp', options).then((answer) => {
        if (answer && socket.writable) socket.write(framed(answer));
      });
    }
  });
}

/** A message behind its length, as TCP carries it. */
export function framed(message: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  return Buffer.concat([length, message]);
}

const bindUdp = (socket: dgram.Socket, port: number): Promise<void> =>
  new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind({ address: '127.0.0.1', port, exclusive: true }, () => resolve());
  });

const closeBoth = async (udp: dgram.Socket, tcp: net.Server): Promise<void> => {
  udp.close();
  tcp.close();
};
