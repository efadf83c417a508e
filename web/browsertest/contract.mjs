// The description of the API, as a portal serves it, held against what goes over
// the wire: an answer that it does not describe, or a call that succeeded and is
// not described, is a problem.
import assert from 'node:assert/strict';
import { createServer, request } from 'node:http';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';

const name = 'openapi';
const within = (...steps) => `${name}#/${steps.map((step) => String(step).replaceAll('~', '~0').replaceAll('/', '~1')).join('/')}`;

export class Contract {
  problems = [];
  checked = 0;
  #document;
  #ajv;

  /** The contract of a running portal. */
  static async of(portal) {
    const answer = await fetch(`${portal.base}/k/openapi.yaml`);
    assert.equal(answer.status, 200);
    return new Contract(parse(await answer.text()));
  }

  constructor(document) {
    this.#document = document;
    this.#ajv = addFormats(new Ajv2020({ strict: false, allErrors: true }));
    this.#ajv.addFormat('time-zone', true);
    this.#ajv.addSchema(document, name);
  }

  /** Every call: its operationId, and what the official client calls it. */
  get calls() {
    return Object.values(this.#document.paths).flatMap((item) => Object.values(item)).filter(({ operationId }) => operationId);
  }

  /**
   * Looks at one call: {method, url, headers, body, status, answered, answer}.
   * The headers are plain objects in small letters, bodies are Buffers; a body
   * that is not known is null.
   */
  check(call) {
    this.checked++;
    const meant = call.method === 'POST' ? call.headers['x-http-method-override'] ?? 'POST' : call.method;
    const { pathname, searchParams } = new URL(call.url, 'http://localhost');
    const path = `/${pathname.match(/\/k\/(?:guest\/\d+\/)?v1\/(.*)$/)?.[1]}`;
    const operation = this.#document.paths[path]?.[meant.toLowerCase()];
    const found = [];
    const at = operation ? ['paths', path, meant.toLowerCase()] : ['paths', '/space.json', 'get']; // what all say of addresses
    if (!operation && ![404, 405].includes(call.status)) found.push('there is no such call');
    found.push(...this.#answer(at, call));
    if (operation && call.status === 200) found.push(...this.#request(operation, at, searchParams, call));
    this.problems.push(...found.map((what) => `${meant} ${pathname} ${call.status}: ${what}`));
  }

  /** Fails when something was found since the last time. */
  assertDescribed() {
    assert.deepEqual(this.problems.splice(0), [], 'what went over the wire is not what the description says');
  }

  #answer(at, { status, answered, answer }) {
    const operation = this.#get(at);
    const listed = operation.responses[status];
    if (!listed) return ['the status is not described'];
    const response = listed.$ref ? listed.$ref.slice(2).split('/') : [...at, 'responses', status];
    const { headers, content } = this.#get(response);
    const found = [];
    for (const [header, described] of Object.entries(headers)) {
      const steps = described.$ref.slice(2).split('/');
      const value = answered[header.toLowerCase()];
      if (value === undefined) {
        if (this.#get(steps).required) found.push(`no header ${header}`);
      } else {
        const numeric = this.#get(steps).schema.type === 'integer';
        found.push(...this.#valid([...steps, 'schema'], numeric ? Number(value) : value, header));
      }
    }
    if (content['*/*']) return found;
    if (answered['content-type'] !== 'application/json;charset=utf-8') return [...found, `the type is ${answered['content-type']}`];
    const body = JSON.parse(answer);
    found.push(...this.#valid([...response, 'content', 'application/json', 'schema'], body, 'the answer'));
    if (status !== 200 && ![...this.#document['x-codes'], ...operation['x-codes']].includes(body.code)) found.push(`it is not described as refused with ${body.code}`);
    return found;
  }

  #request(operation, at, query, { headers, body }) {
    if (!operation.requestBody.content['application/json'] || body === null) return []; // a form: the server has read it
    const given = fields(query);
    if (body.length > 0) Object.assign(given, JSON.parse(body));
    if (headers['idempotency-key']?.length > 255) return ['the key is too long'];
    return this.#valid([...at, 'requestBody', 'content', 'application/json', 'schema'], withoutNull(given), 'the request');
  }

  #valid(steps, value, what) {
    const validate = this.#ajv.getSchema(within(...steps)) ?? this.#ajv.compile({ $ref: within(...steps) });
    return validate(value) ? [] : validate.errors.map(({ instancePath, message, params }) => `${what}${instancePath} ${message} ${JSON.stringify(params)}`);
  }

  #get(steps) {
    return steps.reduce((value, step) => value[step], this.#document);
  }
}

// a[0]=x&a[1]=y is a list, and everything else a text.
const fields = (query) => {
  const all = {};
  for (const [name, value] of query) {
    const list = name.match(/^(.+)\[\d*\]$/)?.[1];
    if (list) (all[list] ??= []).push(value);
    else all[name] = value;
  }
  return all;
};

// What is null counts as left out.
const withoutNull = (value) => {
  if (Array.isArray(value)) return value.map(withoutNull);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).filter(([, inner]) => inner !== null).map(([key, inner]) => [key, withoutNull(inner)]));
};

/**
 * A proxy before a portal: `base` is its address, with `under` before every path
 * as some organisations have it, and `watch` is told of every call of the API.
 */
export async function proxy(portal, { under = '', watch }) {
  const { host, port } = new URL(portal.base);
  const server = createServer((asked, answer) => {
    const body = [];
    const on = request({
      host: 'localhost', port, method: asked.method, path: asked.url.slice(under.length), headers: { ...asked.headers, host },
    }, (back) => {
      const told = [];
      answer.writeHead(back.statusCode, back.headers);
      back.on('data', (part) => told.push(part)).on('end', () => {
        // Before the end is passed on, so that whoever waits for it finds the call told.
        watch({
          method: asked.method, url: asked.url, headers: asked.headers, body: Buffer.concat(body),
          status: back.statusCode, answered: back.headers, answer: Buffer.concat(told),
        });
        answer.end();
      });
      back.pipe(answer, { end: false });
    });
    asked.on('data', (part) => body.push(part)).pipe(on);
  }).listen(0, 'localhost');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    base: `http://localhost:${server.address().port}${under}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
