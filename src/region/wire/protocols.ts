import type { ProtocolName, ServiceFacts } from '../../aws/catalogue/catalogue.ts';
import type { Protocol, WireRequest } from './protocol.ts';
import { queryProtocol } from './query-protocol.ts';
import { restJsonProtocol } from './rest-json-protocol.ts';
import { restXmlProtocol } from './rest-xml-protocol.ts';
import { cborProtocol, jsonProtocol } from './rpc-protocol.ts';

export const PROTOCOLS: Readonly<Record<ProtocolName, Protocol>> = {
  ec2Query: queryProtocol('ec2Query'),
  awsQuery: queryProtocol('awsQuery'),
  restXml: restXmlProtocol,
  restJson1: restJsonProtocol,
  awsJson1_0: jsonProtocol('1.0'),
  awsJson1_1: jsonProtocol('1.1'),
  rpcv2Cbor: cborProtocol,
};

/**
 * Which of its protocols a service is spoken to in: the request's headers tell. A service that is not there is answered
 * in the protocol that the request looks like.
 */
export function protocolOf(request: WireRequest, facts: ServiceFacts | undefined): ProtocolName {
  const looks = looksLike(request);
  if (!facts) return looks[0] ?? 'ec2Query';
  return looks.find((name) => facts.protocols.includes(name)) ?? facts.protocols[0];
}

function looksLike({ headers, query }: WireRequest): readonly ProtocolName[] {
  if (headers['smithy-protocol'] === 'rpc-v2-cbor') return ['rpcv2Cbor'];
  if (headers['x-amz-target'] !== undefined) {
    return headers['content-type']?.includes('1.1') ? ['awsJson1_1', 'awsJson1_0'] : ['awsJson1_0', 'awsJson1_1'];
  }
  const isForm = headers['content-type']?.startsWith('application/x-www-form-urlencoded');
  return isForm || query.some(([name]) => name === 'Action') ? ['ec2Query', 'awsQuery'] : [];
}
