import { randomInt } from 'node:crypto';
import dgram from 'node:dgram';
import net from 'node:net';
import dnsPacket, { type DecodedPacket, type Answer as DecodedRecord } from 'dns-packet';
import type { Address } from '../../../kernel/ports.ts';
import type { Question } from './message.ts';
import { framed } from './server.ts';

export interface ServerSaid {
  readonly code: string;
  readonly answers: readonly DecodedRecord[];
  readonly authority: readonly DecodedRecord[];
}

/** Asks one server over the wire: UDP, and again over TCP when the answer was truncated. Undefined: no answer in time. */
export async function ask(server: Address, question: Question, timeoutMs: number): Promise<ServerSaid | undefined> {
  const id = randomInt(65_536);
  const query = dnsPacket.encode({
    type: 'query',
    id,
    questions: [{ name: question.name, type: question.type as 'A' }],
    additionals: [
      {
        type: 'OPT',
        name: '.',
        udpPayloadSize: 1232,
        extendedRcode: 0,
        ednsVersion: 0,
        flags: 0,
        flag_do: false,
        options: [],
      },
    ],
  });
  const answer = await overUdp(server, query, id, timeoutMs);
  const whole = answer?.flag_tc ? await overTcp(server, query, id, timeoutMs) : answer;
  if (!whole) return undefined;
  const { rcode } = whole as DecodedPacket & { rcode: string };
  return { code: rcode, answers: whole.answers ?? [], authority: whole.authorities ?? [] };
}

function overUdp(server: Address, query: Buffer, id: number, timeoutMs: number): Promise<DecodedPacket | undefined> {
  return new Promise((resolve) => {
    const socket = dgram.createSocket('udp4');
    const end = (answer?: DecodedPacket) => {
      clearTimeout(timer);
      socket.close();
      resolve(answer);
    };
    const timer = setTimeout(end, timeoutMs);
    socket.once('error', () => end());
    socket.on('message', (packet) => {
      const answer = decodeAnswer(packet, id);
      if (answer) end(answer);
    });
    // Connected: a closed port is then an error at once, and nobody else can answer.
    socket.connect(server.port, server.address, () => socket.send(query, () => {}));
  });
}

function overTcp(server: Address, query: Buffer, id: number, timeoutMs: number): Promise<DecodedPacket | undefined> {
  return new Promise((resolve) => {
    const socket = net.connect({ host: server.address, port: server.port }, () => socket.write(framed(query)));
    let received = Buffer.alloc(0);
    const end = (answer?: DecodedPacket) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(end, timeoutMs);
    socket.on('error', () => end());
    socket.on('close', () => end());
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      if (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
        end(decodeAnswer(received.subarray(2, 2 + received.readUInt16BE(0)), id));
      }
    });
  });
}

function decodeAnswer(packet: Buffer, id: number): DecodedPacket | undefined {
  try {
    const decoded = dnsPacket.decode(packet);
    return decoded.id === id && decoded.flag_qr ? decoded : undefined;
  } catch {
    return undefined;
  }
}
