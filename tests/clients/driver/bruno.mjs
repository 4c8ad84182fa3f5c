// Reads files of a Bruno collection, whose paths come as a JSON list over standard input, with Bruno's own parser: prints
// what is in each as a JSON list.
import { readFile } from 'node:fs/promises';
import { json } from 'node:stream/consumers';
import bruno from '@usebruno/lang';

const paths = await json(process.stdin);
const parserOf = (path) => path.includes('/environments/') ? bruno.bruToEnvJsonV2
  : /(collection|folder)\.bru$/.test(path) ? bruno.collectionBruToJson : bruno.bruToJsonV2;
console.log(JSON.stringify(await Promise.all(paths.map(async (path) => parserOf(path)(await readFile(path, 'utf8'))))));
