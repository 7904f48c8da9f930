// The lightest instance that answers: what the tests of the tool itself run on.
import { createServer } from 'node:http';

createServer((_request, response) => response.end(process.env.INSTANCE_NAME)).listen(
  Number(process.env.PORT),
  '127.0.0.1',
);
