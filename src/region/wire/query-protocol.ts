import type { ServiceFacts } from '../../aws/catalogue/catalogue.ts';
import type { Protocol, WireError, WireRequest } from './protocol.ts';
import { decodeQuery, parseForm, type QueryDialect } from './query.ts';
import { bodyWriter, escapeXml, written } from './write-xml.ts';

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
      const [before, after] =
        dialect === 'ec2Query'
          ? [`<requestId>${requestId}</requestId>`, '']
          : [
              `<${name}Result>`,
              `</${name}Result><ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`,
            ];
      return xml(200, (out) => {
        out.text += `<${name}Response xmlns="${escapeXml(facts.xmlNamespace)}">${before}`;
        bodyWriter(shape)(output ?? {}, out);
        out.text += `${after}</${name}Response>`;
      });
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
  return xml(status, (out) => {
    out.text += `<Response><Errors>${error}</Errors><RequestID>${requestId}</RequestID></Response>`;
  });
}

/** The envelope of errors that awsQuery and restXml share. */
export function errorResponse(facts: ServiceFacts, error: WireError, requestId: string) {
  const { message: _message, Message: _Message, ...props } = error.props;
  const type = error.status >= 500 ? 'Receiver' : 'Sender';
  const { code, message, shape } = error;
  return xml(error.status, (out) => {
    out.text += `<ErrorResponse xmlns="${escapeXml(facts.xmlNamespace)}"><Error>`;
    out.text += `<Type>${type}</Type><Code>${escapeXml(code)}</Code><Message>${escapeXml(message)}</Message>`;
    if (shape) bodyWriter(shape)(props, out);
    out.text += `</Error><RequestId>${requestId}</RequestId></ErrorResponse>`;
  });
}

const xml = (status: number, write: Parameters<typeof written>[0]) => ({
  status,
  headers: { 'content-type': 'text/xml;charset=UTF-8' },
  body: written((out) => {
    out.text += '<?xml version="1.0" encoding="UTF-8"?>\n';
    write(out);
  }),
});
