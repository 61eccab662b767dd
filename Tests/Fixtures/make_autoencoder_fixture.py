"""Writes autoencoder.json: the autoencoder in PyTorch, three steps of training.

Run with PyTorch 2: python Tests/Fixtures/make_autoencoder_fixture.py

Each case holds the cells of a minibatch, the noise, the starting parameters,
the losses and gradients of the first step, and the parameters and running
statistics after three steps. Weights are stored as scharmonize names and
lays them out. Nothing is drawn by PyTorch, so the file is always the same.
"""

import json
import math
import pathlib
import random

import torch

GENES, CELLS, SOURCES, LATENT = 30, 12, 3, 3
STEPS, RATE, KL_WEIGHT = 3, 1e-2, 0.3

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)


class BatchwiseNorm(torch.nn.Module):
    """Batch norm by source, shrunk toward the mixture; kappa cells of it count."""

    def __init__(self, units, rows, kappa):
        super().__init__()
        self.gamma = torch.nn.Parameter(torch.ones(rows, units))
        self.beta = torch.nn.Parameter(torch.zeros(rows, units))
        self.rows, self.kappa, self.moments = rows, kappa, {}

    def forward(self, a, sources):
        n = len(a)
        out = torch.zeros_like(a)
        if self.rows == 1:
            sources = torch.zeros_like(sources)
        for s in sources.unique().tolist():
            own = (sources == s).to(a)
            if math.isinf(self.kappa):
                w = torch.full((n,), 1 / n)
            else:
                w = (own + self.kappa / n) / (own.sum() + self.kappa)
            mean = w @ a
            variance = w @ (a - mean) ** 2
            self.moments[s] = (mean.detach(), variance.detach())
            u = self.gamma[s] * (a - mean) / (variance + 1e-5).sqrt() + self.beta[s]
            out = torch.where((sources == s)[:, None], u, out)
        self.moments[self.rows] = (a.mean(0).detach(), a.var(0, unbiased=False).detach())
        return out


class CellNorm(torch.nn.Module):
    """Layer norm (one group) or group norm."""

    def __init__(self, units, groups):
        super().__init__()
        self.norm = torch.nn.GroupNorm(groups, units)
        self.gamma, self.beta = self.norm.weight, self.norm.bias

    def forward(self, a, sources):
        return self.norm(a)


class Hidden(torch.nn.Module):
    def __init__(self, inputs, units, norm, kappa, residual):
        super().__init__()
        over_cells = norm in ("batch", "source")
        self.linear = torch.nn.Linear(inputs, units, bias=not over_cells)
        self.residual = residual
        groups = max(g for g in range(1, 17) if units % g == 0)
        self.norm = {
            "batch": lambda: BatchwiseNorm(units, 1, 0.0),
            "source": lambda: BatchwiseNorm(units, SOURCES, kappa),
            "layer": lambda: CellNorm(units, 1),
            "group": lambda: CellNorm(units, groups),
            "none": lambda: None,
        }[norm]()

    def forward(self, x, sources):
        u = self.linear(x)
        if self.norm is not None:
            u = self.norm(u, sources)
        return (x if self.residual else 0) + torch.relu(u)


class Autoencoder(torch.nn.Module):
    def __init__(self, case):
        super().__init__()

        def stack(inputs, widths, norm):
            before = [inputs, *widths]
            return torch.nn.ModuleList(
                Hidden(
                    before[i], units, norm, case["shrinkage"],
                    case["residual"] and i > 0 and before[i] == units)
                for i, units in enumerate(widths))

        hidden = case["hidden"]
        self.loss_name = case["loss"]
        self.encoder = stack(GENES, hidden, case["encoder_norm"])
        self.mu = torch.nn.Linear(hidden[-1], LATENT)
        self.log_variance = torch.nn.Linear(hidden[-1], LATENT)
        self.decoder = stack(LATENT, hidden[::-1], case["decoder_norm"])
        self.output = torch.nn.Linear(hidden[0], GENES)
        if self.loss_name == "nb":
            self.log_theta = torch.nn.Parameter(torch.zeros(GENES))

    def tensors(self):
        """Parameters by scharmonize's names; the first weight lies the other way round."""
        found = {}

        def linear(name, layer):
            found[f"{name}.weight"] = layer.weight
            if layer.bias is not None:
                found[f"{name}.bias"] = layer.bias

        for part, layers in (("encoder", self.encoder), ("decoder", self.decoder)):
            for i, layer in enumerate(layers):
                linear(f"{part}.{i}", layer.linear)
                if layer.norm is not None:
                    found[f"{part}.{i}.norm.gamma"] = layer.norm.gamma
                    found[f"{part}.{i}.norm.beta"] = layer.norm.beta
        linear("encoder.mu", self.mu)
        linear("encoder.logVariance", self.log_variance)
        linear("decoder.output", self.output)
        if self.loss_name == "nb":
            found["decoder.logTheta"] = self.log_theta
        return found

    def losses(self, y, counts, sources, noise):
        h = y
        for layer in self.encoder:
            h = layer(h, sources)
        mu, log_variance = self.mu(h), self.log_variance(h).clamp(-10, 10)
        prior = torch.distributions.Normal(0.0, 1.0)
        posterior = torch.distributions.Normal(mu, (log_variance / 2).exp())
        kl = torch.distributions.kl_divergence(posterior, prior).sum(1).mean()
        h = mu + (log_variance / 2).exp() * noise
        for layer in self.decoder:
            h = layer(h, sources)
        out = self.output(h)
        if self.loss_name == "mse":
            return 0.5 * ((out - y) ** 2).sum(1).mean(), kl
        log_rho = torch.log_softmax(out, 1)
        log_mean = log_rho + counts.sum(1, keepdim=True).log()
        if self.loss_name == "poisson":
            likelihood = torch.distributions.Poisson(log_mean.exp())
        else:
            likelihood = torch.distributions.NegativeBinomial(
                self.log_theta.exp(), logits=log_mean - self.log_theta)
        return -likelihood.log_prob(counts).sum(1).mean(), kl


def rounded(tensor):
    """Nine digits: what a float holds."""
    return [float(f"{v:.9g}") for v in tensor.detach().reshape(-1).tolist()]


def named(tensors):
    result = {}
    for name, tensor in tensors.items():
        value = tensor.T if name == "encoder.0.weight" else tensor
        result[name] = rounded(value)
    return result


def draw(generator, *shape):
    values = [generator.gauss(0, 1) for _ in range(math.prod(shape))]
    return torch.tensor(values).float().double().reshape(shape)


def minibatch(generator):
    """Counts as a list of rows; the last source has one cell."""
    rows = []
    for _ in range(CELLS):
        row = [0] * GENES
        for g in range(GENES):
            if generator.random() < 0.35:
                row[g] = generator.choice([1, 1, 1, 2, 3, 5, 9, 60])
        row[generator.randrange(GENES)] = 1
        rows.append(row)
    sources = [generator.randrange(2) for _ in range(CELLS - 1)] + [2]
    return rows, sources


def run(name, seed, spread=0.1, **changes):
    case = {
        "name": name, "hidden": [8], "residual": False, "encoder_norm": "batch",
        "decoder_norm": "source", "shrinkage": 1.0, "loss": "nb", **changes}
    generator = random.Random(seed)
    rows, source_list = minibatch(generator)
    counts = torch.tensor(rows).double()
    y = torch.log1p(1e4 * counts / (counts.sum(1, keepdim=True) + 7)).float().double()
    sources = torch.tensor(source_list)
    noise = draw(generator, STEPS, CELLS, LATENT)

    model = Autoencoder(case)
    with torch.no_grad():
        for key, parameter in model.tensors().items():
            start = 1.0 if key.endswith("gamma") else 0.0
            parameter.copy_((start + spread * draw(generator, *parameter.shape)).float().double())
    case["start"] = named(model.tensors())
    case["counts"], case["inputs"] = rows, [rounded(row) for row in y]
    case["batches"], case["noise"] = source_list, [rounded(part) for part in noise]

    optimizer = torch.optim.Adam(model.parameters(), lr=RATE, weight_decay=1e-6)
    norms = {
        f"{part}.{i}.norm": layer.norm
        for part, layers in (("encoder", model.encoder), ("decoder", model.decoder))
        for i, layer in enumerate(layers) if isinstance(layer.norm, BatchwiseNorm)}
    running = {
        key: [[torch.zeros(n.gamma.shape[1]), torch.ones(n.gamma.shape[1]), 0]
              for _ in range(n.rows + 1 if n.rows > 1 else 1)]
        for key, n in norms.items()}
    case["losses"] = []
    for step in range(STEPS):
        optimizer.zero_grad()
        reconstruction, kl = model.losses(y, counts, sources, noise[step])
        (reconstruction + KL_WEIGHT * kl).backward()
        if step == 0:
            case["gradient"] = named({k: v.grad for k, v in model.tensors().items()})
        norm = torch.nn.utils.clip_grad_norm_(model.parameters(), 50.0)
        case["losses"].append([reconstruction.item(), kl.item(), norm.item()])
        optimizer.step()
        for key, layer in norms.items():
            for row, moments in layer.moments.items():
                if layer.rows == 1 and row == 0:
                    continue
                state = running[key][min(row, len(running[key]) - 1)]
                state[2] += 1
                weight = max(0.1, 1 / state[2])
                for k in range(2):
                    state[k] = state[k] + weight * (moments[k] - state[k])
    case["end"] = named(model.tensors())
    case["statistics"] = {}
    for key, rows_ in running.items():
        case["statistics"][f"{key}.mean"] = rounded(torch.stack([r[0] for r in rows_]))
        case["statistics"][f"{key}.variance"] = rounded(torch.stack([r[1] for r in rows_]))
    if math.isinf(case["shrinkage"]):
        case["shrinkage"] = "inf"
    return case


def main():
    cases = [
        run("defaults", 1),
        run("kappa 0", 2, shrinkage=0.0),
        run("kappa infinite, source norm in the encoder", 3, shrinkage=math.inf,
            encoder_norm="source"),
        run("two widths, layer and group norm, Poisson", 4, hidden=[8, 6],
            encoder_norm="layer", decoder_norm="group", loss="poisson"),
        run("residual, squared error, clipped", 5, spread=0.25, hidden=[7, 7], residual=True,
            loss="mse"),
        run("no norm", 6, encoder_norm="none", decoder_norm="none"),
    ]
    fixture = {
        "genes": GENES, "batches": SOURCES, "latent": LATENT, "rate": RATE,
        "klWeight": KL_WEIGHT, "torch": torch.__version__.split("+")[0], "cases": cases}
    path = pathlib.Path(__file__).with_name("autoencoder.json")
    path.write_text(json.dumps(fixture, separators=(",", ":")) + "\n")


if __name__ == "__main__":
    main()
