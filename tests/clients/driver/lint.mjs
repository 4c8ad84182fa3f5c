// Lints the OpenAPI document that comes over standard input, by Redocly's recommended rules: prints a JSON list of what
// is wrong, errors and warnings alike.
import { text } from 'node:stream/consumers';
import { createConfig, lintFromString } from '@redocly/openapi-core';

const config = await createConfig({ extends: ['recommended'] });
const problems = await lintFromString({ source: await text(process.stdin), absoluteRef: '/openapi.json', config });
console.log(JSON.stringify(problems.map(({ severity, ruleId, message, location }) =>
  ({ severity, rule: ruleId, message, at: location[0]?.pointer }))));
