import {
  CreateSecretCommand,
  DescribeSecretCommand,
  GetRandomPasswordCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
  ResourceNotFoundException,
  SecretsManagerClient,
} from '@aws-sdk/client-secrets-manager';
import { expect, test } from 'vitest';
import { createDoor } from '../../../src/region/wire/door.ts';
import { smallRegion } from '../small-region.ts';

const credentials = { accessKeyId: 'AKIDTEST', secretAccessKey: 'secret' };

test('an unmodified client keeps text and bytes, and is told times and stages', async () => {
  const region = smallRegion();
  const door = await createDoor({
    region: 'us-east-1',
    credentials,
    call: region.world.call,
    knows: region.world.knows,
    facility: async (operation, input) => region.world.facility(operation, input as never),
  });
  try {
    const { endpoint } = door;
    const client = new SecretsManagerClient({ region: 'us-east-1', endpoint, credentials, maxAttempts: 1 });
    const SecretBinary = Uint8Array.from([0, 255]);
    const { ARN: SecretId } = await client.send(new CreateSecretCommand({ Name: 'a', SecretBinary }));
    const first = await client.send(new GetSecretValueCommand({ SecretId }));
    expect(first).toMatchObject({ Name: 'a', SecretBinary, CreatedDate: new Date(region.nowMs()) });
    const { VersionId } = await client.send(new PutSecretValueCommand({ SecretId, SecretString: 'ä' }));
    expect((await client.send(new GetSecretValueCommand({ SecretId }))).SecretString).toBe('ä');
    const { VersionIdsToStages } = await client.send(new DescribeSecretCommand({ SecretId }));
    expect(VersionIdsToStages?.[VersionId ?? '']).toEqual(['AWSCURRENT']);
    const none = client.send(new GetSecretValueCommand({ SecretId: 'none' }));
    await expect(none).rejects.toThrow(ResourceNotFoundException);
    await expect(client.send(new GetRandomPasswordCommand({}))).rejects.toMatchObject({ name: 'UnsupportedOperation' });
  } finally {
    await door.close();
  }
});
