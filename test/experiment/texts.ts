/** A region and an experiment that are sound: what tests of the language change. */

export const REGION = `version: 1
title: A region
zones: [use1-az1, use1-az2]
instances:
  - { name: web, command: [node, ./web.js], port: 8080, perZone: 2 }
`;

export const DESIGN = `# yaml-language-server: $schema=./experiment.schema.json
version: 1
title: The shop survives the loss of one availability zone
account: embedded
blueprint: regions/shop.yaml
parameters:
  zone: { type: string, default: use1-az1, description: The zone that loses power. }

steadyStateHypothesis:
  title: Shoppers can check out
  probes:
    - name: checkout
      probe: http
      with: { url: http://shop.example/checkout, rate: 50/s, timeout: 1s }
      tolerance: { success: { atLeast: 99% }, latency: { p99: { below: 500ms } } }
      during: { success: { atLeast: 90% } }
    - name: the name resolves
      probe: dns
      with: { name: shop.example, type: A }
      tolerance: { answers: { atLeast: 1 } }
  recoverWithin: 20s

blastRadius: { zones: 1, targets: 4 }

stopConditions:
  - name: the shop is gone
    probe: http
    with: { url: http://shop.example/healthz }
    tolerance: { success: { atLeast: 20% } }

method:
  - name: one zone goes dark
    fault: az.power-loss
    select: { zone: \${zone} }
    for: 30s
`;
