import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import { decode, encode, type Packet, RECURSION_DESIRED, streamDecode, streamEncode } from 'dns-packet';
import type { Address, DnsAnswer, DnsQuery } from '../kernel/ports.ts';
import { answerOf } from './dns-answer.ts';

/** A datagram may be lost: the question is asked again this often within the time. */
const ASK_AGAIN_MS = 1_000;
const UDP_PAYLOAD = 1_232;

/** Asks a DNS server once, over UDP, and over TCP when the answer was cut short. Never rejects. */
export async function askDns(query: DnsQuery, server: Address, signal: AbortSignal): Promise<DnsAnswer> {
  const until = performance.now() + query.timeoutMs;
  const question: Packet = {
    type: 'query',
    id: Math.floor(Math.random() * 65_536),
    flags: RECURSION_DESIRED,
    questions: [{ type: query.type, name: query.name.replace(/\.$/, '') }],
    additionals: [
      {
        type: 'OPT',
        name: '.',
        udpPayloadSize: UDP_PAYLOAD,
        flags: 0,
        options: [],
        extendedRcode: 0,
        ednsVersion: 0,
        flag_do: false,
      },
    ],
  };
  const first = await overUdp(question, server, query.timeoutMs, signal);
  if (typeof first === 'string') return { code: first, answers: [] };
  if (!first.flag_tc) return answerOf(first);
  const whole = await overTcp(question, server, Math.max(1, until - performance.now()), signal);
  return typeof whole === 'string' ? { code: whole, answers: [] } : answerOf(whole);
}

type Failure = 'TIMEOUT' | 'UNREACHABLE';
type Received = ReturnType<typeof decode>;

function overUdp(question: Packet, { address, port }: Address, timeoutMs: number, signal: AbortSignal) {
  return new Promise<Received | Failure>((resolve) => {
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
    const message = encode(question);
    const done = (result: Received | Failure) => {
      clearInterval(again);
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      socket.removeAllListeners().on('error', () => undefined);
      socket.close();
      resolve(result);
    };
    const ask = () => socket.send(message, (error) => error && done('UNREACHABLE'));
    const stop = () => done('TIMEOUT');
    const again = setInterval(ask, ASK_AGAIN_MS);
    const timer = setTimeout(stop, timeoutMs);
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop, { once: true });
    socket.on('error', () => done('UNREACHABLE'));
    socket.on('message', (bytes) => {
      const answer = tryDecode(() => decode(bytes));
      if (answer && answer.id === question.id) done(answer);
    });
    socket.connect(port, address, (error?: Error) => (error ? done('UNREACHABLE') : ask()));
  });
}

function overTcp(question: Packet, { address, port }: Address, timeoutMs: number, signal: AbortSignal) {
  return new Promise<Received | Failure>((resolve) => {
    const socket = connect({ host: address, port });
    const chunks: Buffer[] = [];
    const done = (result: Received | Failure) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', stop);
      socket.destroy();
      resolve(result);
    };
    const stop = () => done('TIMEOUT');
    const timer = setTimeout(stop, timeoutMs);
    if (signal.aborted) return stop();
    signal.addEventListener('abort', stop, { once: true });
    socket.on('error', () => done('UNREACHABLE'));
    socket.on('close', () => done('UNREACHABLE'));
    socket.on('connect', () => socket.write(streamEncode(question)));
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      const bytes = Buffer.concat(chunks);
      if (bytes.length < 2 || bytes.length < 2 + bytes.readUInt16BE(0)) return;
      const answer = tryDecode(() => streamDecode(bytes) as Received);
      done(answer && answer.id === question.id ? answer : 'UNREACHABLE');
    });
  });
}

/** Undefined for what is no DNS message: it is passed over, as a resolver does. */
function tryDecode(read: () => Received): Received | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}
