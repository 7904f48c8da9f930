import type { ServiceFacts } from '../../aws/catalogue/catalogue.ts';
import type { Protocol, WireError, WireRequest } from './protocol.ts';
import { decodeQuery, parseForm, type QueryDialect } from './query.ts';
import { bodyWriter, escapeXml } from './write-xml.ts';

/** EC2's protocol and that of the older services: a form in, XML out. */
export function queryProtocol(dialect: QueryDialect): Protocol {
  return {
    missing: 'MissingParameter',
    unknown: ['InvalidAction', 400],
    find(service, request) {
      const fields = fieldsOf(request);
      const name = fields.get('Action') ?? '';
      const version = fields.get('Version') ?? service.facts.version;
      const operation = version === service.facts.version ? service.operation(name) : undefined;
      return { name, operation, parts: fields };
    },
    decode: ({ input }, parts) => decodeQuery(input, parts, dialect),
    encode(facts, { name, output: shape }, output, requestId) {
      const inner = bodyWriter(shape)(output ?? {});
      const body =
        dialect === 'ec2Query'
          ? `<requestId>${requestId}</requestId>${inner}`
          : `<${name}Result>${inner}</${name}Result><ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
      const namespace = escapeXml(facts.xmlNamespace);
      return xml(200, `<${name}Response xmlns="${namespace}">${body}</${name}Response>`);
    },
    encodeError: (facts, error, requestId) =>
      dialect === 'ec2Query' ? ec2Error(error, requestId) : errorResponse(facts, error, requestId),
  };
}

function fieldsOf(request: WireRequest): ReadonlyMap<string, string> {
  const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded');
  const fields = isForm ? parseForm(request.body.toString('utf8')) : new Map<string, string>();
  for (const [name, value] of request.query) {
    if (!fields.has(name) && !name.startsWith('X-Amz-')) fields.set(name, value);
  }
  return fields;
}

function ec2Error({ code, message, status }: WireError, requestId: string) {
  const error = `<Error><Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message></Error>`;
  return xml(status, `<Response><Errors>${error}</Errors><RequestID>${requestId}</RequestID></Response>`);
}

/** The envelope of errors that awsQuery and restXml share. */
export function errorResponse(facts: ServiceFacts, error: WireError, requestId: string) {
  const { message: _message, Message: _Message, ...props } = error.props;
  const type = error.status >= 500 ? 'Receiver' : 'Sender';
  const inner =
    `<Type>${type}</Type><Code>${escapeXml(error.code)}</Code><Message>${escapeXml(error.message)}</Message>` +
    (error.shape ? bodyWriter(error.shape)(props) : '');
  const namespace = escapeXml(facts.xmlNamespace);
  const body = `<Error>${inner}</Error><RequestId>${requestId}</RequestId>`;
  return xml(error.status, `<ErrorResponse xmlns="${namespace}">${body}</ErrorResponse>`);
}

const xml = (status: number, body: string) => ({
  status,
  headers: { 'content-type': 'text/xml;charset=UTF-8' },
  body: `<?xml version="1.0" encoding="UTF-8"?>\n${body}`,
});
