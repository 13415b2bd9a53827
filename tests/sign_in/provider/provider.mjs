// A provider of OpenID Connect for the tests: the certified oidc-provider with a few people, whose page to sign in has one field.
// Its arguments are where oidc-provider lies, and a JSON file: port, client (as the provider registers it) and people (by name: claims,
// and the seconds that a token lasts).
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { pathToFileURL } from 'node:url';

const { default: Provider, interactionPolicy } = await import(pathToFileURL(process.argv[2]));
const { port, client, people } = JSON.parse(readFileSync(process.argv[3], 'utf8'));

const policy = interactionPolicy.base();
policy.add(new interactionPolicy.Prompt({ name: 'select_account', requestable: true }), 0);

const provider = new Provider(`http://localhost:${port}`, {
  clients: [client],
  claims: { openid: ['sub'], profile: ['name', 'groups'] },
  conformIdTokenClaims: false,
  cookies: { keys: ['for the tests alone'] },
  features: {
    devInteractions: { enabled: false },
    rpInitiatedLogout: {
      logoutSource: (ctx, form) => { ctx.body = `${form}<button form="op.logoutForm" name="logout" value="yes">Sign out here too</button>`; },
    },
  },
  findAccount: (ctx, id) => ({ accountId: id, claims: () => ({ sub: id, ...people[id].claims }) }),
  interactions: { policy, url: (ctx, interaction) => `/sign-in/${interaction.uid}` },
  renderError: (ctx, out) => { ctx.body = JSON.stringify(out); },
  ttl: { IdToken: (ctx) => people[ctx.oidc.account?.accountId]?.seconds ?? 3600 },
});

async function finish(request, response, person) {
  const { params } = await provider.interactionDetails(request, response);
  const grant = new provider.Grant({ accountId: person, clientId: params.client_id });
  grant.addOIDCScope(params.scope);
  const consent = { grantId: await grant.save() };
  const result = people[person] ? { login: { accountId: person }, select_account: {}, consent } : { error: 'access_denied' };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

createServer(async (request, response) => {
  const address = new URL(request.url, 'http://localhost');
  if (!address.pathname.startsWith('/sign-in/')) {
    provider.callback()(request, response);
  } else if (address.searchParams.has('person')) {
    await finish(request, response, address.searchParams.get('person'));
  } else {
    response.setHeader('Content-Type', 'text/html');
    response.end('<h1>The provider</h1><form><label>Person <input name="person"></label> <button>Go on</button></form>');
  }
}).listen(port, '127.0.0.1', () => console.log('ready'));
