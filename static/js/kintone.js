// What documented samples of the REST API expect of a page. docs/api.md
(() => {
  "use strict";

  const longest = 4096; // the parameters of a longer address go into a body

  const meta = (name) => document.querySelector(`meta[name="${name}"]`)?.content ?? "";

  const named = (path) => (/\.json(\?|$)/.test(path) ? path : `${path}.json`);

  // url is the address of a call; in a guest space, if asked for, its guest form.
  const url = (path, detectGuestSpace) => {
    const space = detectGuestSpace ? meta("guest-space") : "";
    return location.origin + (space ? named(path).replace(/^\/k\//, `/k/guest/${space}/`) : named(path));
  };

  // flat writes parameters as a query does: a[0]=x, a[b]=y.
  const flat = (value, name = "", into = new URLSearchParams()) => {
    if (value !== null && typeof value === "object") {
      for (const [key, inner] of Object.entries(value)) flat(inner, name ? `${name}[${key}]` : key, into);
    } else if (value !== null && value !== undefined) {
      into.append(name, value);
    }
    return into;
  };

  const send = async (path, method, params) => {
    const address = new URL(named(path), location.origin);
    if (address.origin !== location.origin) throw new TypeError("another site");
    const options = { method, headers: { "X-Requested-With": "XMLHttpRequest" }, redirect: "error" };
    const query = new URL(address);
    for (const [name, value] of flat(params)) query.searchParams.append(name, value);
    if (method === "GET" && query.href.length <= longest) return fetch(query, options);
    if (method === "GET") {
      options.method = "POST";
      options.headers["X-HTTP-Method-Override"] = method;
    }
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify({ __REQUEST_TOKEN__: getRequestToken(), ...params });
    return fetch(address, options);
  };

  const call = async (path, method, params) => {
    const response = await send(path, method.toUpperCase(), params ?? {});
    const text = await response.text();
    let answer = text;
    try {
      answer = JSON.parse(text);
    } catch {
      // A proxy answered in its own words: they are passed on as they are.
    }
    if (!response.ok) throw answer;
    return answer;
  };

  const getRequestToken = () => meta("request-token");

  // api calls; it gives a promise where no function for the answer is given.
  const api = (path, method, params, ok, fail) => {
    const answer = call(path, method, params);
    if (!ok && !fail) return answer;
    answer.then(ok, fail);
  };
  api.url = url;
  api.send = send; // ours: the answer itself, with its status and headers

  window.kintone = { api, getRequestToken };
})();
