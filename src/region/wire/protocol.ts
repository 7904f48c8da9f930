import type { ServiceFacts } from '../../aws/catalogue/catalogue.ts';
import type { Operation, Service, StructureShape } from './schema.ts';

/** A request as it came, its body inflated. Header names are in lower case. */
export interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly query: readonly (readonly [name: string, value: string])[];
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Buffer;
  /** Aborted when the connection is closed. */
  readonly gone?: AbortSignal;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** A modelled error on its way to the wire. */
export interface WireError {
  /** The word by which query protocols know it. */
  readonly code: string;
  /** The name of its shape: the word of the other protocols. The same as the code, where the error has no shape. */
  readonly name: string;
  readonly message: string;
  readonly status: number;
  readonly props: Readonly<Record<string, unknown>>;
  readonly shape?: StructureShape | undefined;
}

/** How a family of services puts inputs, outputs and errors into HTTP. */
export interface Protocol {
  /** The operation that a request asks for: `operation` is absent when the service has none of that name or path. */
  find(service: Service, request: WireRequest): Asked;
  decode(operation: Operation, parts: Asked['parts'], request: WireRequest): Record<string, unknown>;
  encode(facts: ServiceFacts, operation: Operation, output: unknown, requestId: string): WireAnswer;
  encodeError(facts: ServiceFacts, error: WireError, requestId: string): WireAnswer;
  /** The code for a request that lacks a required parameter. */
  readonly missing: string;
  /** The error for a request that names no operation. */
  readonly unknown: readonly [code: string, status: number];
}

interface Asked {
  readonly name: string;
  readonly operation?: Operation | undefined;
  /** The labels of the path, or the fields of the form. */
  readonly parts: ReadonlyMap<string, string>;
}
