/**
 * A modelled error: what a service answers when it refuses. `code` is the word that clients switch on; `status` the
 * HTTP status where the schema of the error names none; `props` further members of the error's shape.
 */
export class Fault extends Error {
  readonly code: string;
  readonly status: number | undefined;
  readonly props: Readonly<Record<string, unknown>>;

  constructor(code: string, message: string, status?: number, props: Readonly<Record<string, unknown>> = {}) {
    super(message);
    this.name = 'Fault';
    this.code = code;
    this.status = status;
    this.props = props;
  }
}
