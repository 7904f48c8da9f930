import { because, type Known } from './known.ts';

const API = 'https://docs.aws.amazon.com/Route53/latest/APIReference';

const of = (page: string, reason: string, rows: Parameters<typeof because>[3]): Known[] =>
  because('route-53', `${API}/${page}.html`, reason, rows);

export const ROUTE53: readonly Known[] = [
  ...of('API_ChangeInfo', 'A change is PENDING until every name server has it, and keeps its comment.', [
    ['*', 'ChangeInfo.Status', '"PENDING"', '"INSYNC"'],
    ['*', 'ChangeInfo.Comment', '*', 'none'],
  ]),
  ...of(
    'API_GetChange',
    'A change is told by the id with which it was answered, and one that does not exist is refused.',
    [
      ['GetChange', 'ChangeInfo.Id', '*', '*'],
      ['GetChange', 'error', '"NoSuchChange"', 'none'],
    ],
  ),
  ...of('API_CreateHostedZone', 'The delegation set is required in the answer.', [
    ['CreateHostedZone', 'DelegationSet', '*', 'none'],
  ]),
  ...of('API_DelegationSet', 'The id and the reference are those of a reusable delegation set.', [
    ['*', 'DelegationSet.Id', 'none', '""'],
    ['*', 'DelegationSet.CallerReference', 'none', '*'],
  ]),
  ...of('API_CreateHostedZone', 'HostedZoneAlreadyExists: a reference is used once.', [
    ['CreateHostedZone', 'error', '"HostedZoneAlreadyExists"', 'none'],
  ]),
  ...of(
    'API_DisassociateVPCFromHostedZone',
    'VPCAssociationNotFound: a zone that is not associated with the VPC does not lose its last one.',
    [['DisassociateVPCFromHostedZone', 'error', '"VPCAssociationNotFound"', '"LastVPCAssociation"']],
  ),
  ...of(
    'API_ChangeResourceRecordSets',
    'InvalidChangeBatch: a record that exists cannot be created, one that does not, or has other values, cannot be deleted, and a CNAME stands alone.',
    [
      ['ChangeResourceRecordSets', 'error', '"InvalidChangeBatch"', '"InvalidInput"'],
      ['ChangeResourceRecordSets', 'error', '"InvalidChangeBatch"', 'none'],
    ],
  ),
  ...of('API_ListResourceRecordSets', 'The value of a record is text, and no Python.', [
    ['ListResourceRecordSets', 'ResourceRecordSets.ResourceRecords.Value', '*', '*'],
  ]),
  ...of(
    'API_ListHostedZonesByName',
    'The name is the one that was given, the list begins there and goes on, and tells whether it was cut.',
    [
      ['ListHostedZonesByName', 'DNSName', '*', '*'],
      ['ListHostedZonesByName', 'HostedZones', '*', 'none'],
      ['ListHostedZonesByName', 'IsTruncated', 'false', 'none'],
      ['ListHostedZonesByName', 'MaxItems', '*', 'none'],
    ],
  ),
  ...of('API_ListHostedZonesByVPC', 'The most items of a page are told.', [
    ['ListHostedZonesByVPC', 'MaxItems', '*', 'none'],
  ]),
  ...of('API_ListHealthChecks', 'These members are required in the answer.', [
    ['ListHealthChecks', 'IsTruncated', 'false', 'none'],
    ['ListHealthChecks', 'Marker', '""', 'none'],
    ['ListHealthChecks', 'MaxItems', '*', 'none'],
  ]),
  ...of('API_CreateHealthCheck', 'The location is required in the answer.', [
    ['CreateHealthCheck', 'Location', '*', 'none'],
  ]),
  ...of('API_ChangeTagsForResource', 'NoSuchHealthCheck: what does not exist has no tags.', [
    ['ChangeTagsForResource', 'error', '"NoSuchHealthCheck"', 'none'],
    ['ListTagsForResource', 'error', '"NoSuchHealthCheck"', 'none'],
  ]),
];
