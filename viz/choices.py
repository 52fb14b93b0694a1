"""What can be chosen on the page Live: the shipped scenarios, and the settings with a control of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sim.scenario.catalogue import parameter_info
from sim.scenario.shipped import question, shipped_scenarios

if TYPE_CHECKING:
    from sim import Scenario
    from sim.scenario import ParameterInfo
    from viz.controller import LiveController

#: Name and question of every shipped scenario.
SCENARIOS: list[tuple[str, str]] = [(name, question(path)) for name, path in shipped_scenarios().items()]
#: The lab whose claim policy has a control: the first one of the shipped scenarios.
FOCAL_LAB = "us-closed-1"
FOCAL_POLICY = f"labs.{FOCAL_LAB}.claim_policy"


@dataclass(frozen=True)
class Control:
    """A setting with a control on the page.

    ``live`` ones act from the coming week on, as an event of the scenario; the others when the world is started
    anew. Unit, bounds and description are those of the schema.
    """

    key: str
    label: str
    live: bool

    @property
    def info(self) -> ParameterInfo:
        """What the schema knows about the setting."""
        found = parameter_info(self.key)
        if found is None:
            raise KeyError(self.key)
        return found

    @property
    def unit(self) -> str:
        """Unit of the value; ``1`` for a plain number."""
        return self.info.unit

    @property
    def kind(self) -> str:
        """``number``, ``whole number``, ``switch`` or ``choice``."""
        return self.info.kind

    @property
    def minimum(self) -> float | None:
        """Smallest value."""
        return self.info.minimum

    @property
    def maximum(self) -> float | None:
        """Largest value."""
        return self.info.maximum

    @property
    def choices(self) -> tuple[str, ...]:
        """Values to choose from; for a live claim policy those that can be taken up while the world runs."""
        return tuple(c for c in self.info.choices if not (self.live and c in ("relay", "default")))

    @property
    def description(self) -> str:
        """What the setting means."""
        return self.info.description

    def applies(self, scenario: Scenario) -> bool:
        """Whether the scenario has this setting: its focal lab may be missing."""
        return self.value(scenario) is not None

    def value(self, scenario: Scenario) -> Any:
        """The value in a scenario; None where it has no such setting."""
        found: Any = scenario
        for part in self.key.split("."):
            found = found.get(part) if hasattr(found, "get") else getattr(found, part, None)
            if found is None:
                return None
        return scenario.claims.policy if found == "default" and self.key.endswith("claim_policy") else found

    def present(self, controller: LiveController) -> Any:
        """The value that holds in a running world: after acts, also those of the world's own policymakers."""
        live = controller.in_force(self.key) if self.live else None
        return self.value(controller.scenario) if live is None else live

    def event(self, value: Any) -> dict[str, Any]:
        """The event that makes a live setting take this value; the controller dates it."""
        if self.key == "export_control.strength":
            return {"type": "control_act", "instrument": "chips", "strength": float(value)}
        if self.key == "export_control.access_strength":
            return {"type": "control_act", "instrument": "access", "strength": float(value)}
        if self.key.startswith("labs.") and self.key.endswith(".claim_policy"):
            return {"type": "claim_policy", "source": self.key.split(".")[1], "policy": str(value)}
        raise ValueError(f"{self.label} takes effect at the next restart")


CONTROLS: tuple[Control, ...] = (
    Control("export_control.strength", "Chip control, strictness", True),
    Control("export_control.access_strength", "Control of model access, strictness", True),
    Control(FOCAL_POLICY, f"Claims of {FOCAL_LAB}", True),
    Control("export_control.mode", "Who sets chip control", False),
    Control("distillation.potency", "Distillation, potency", False),
    Control("distillation.unauthorised_share", "Distillation, unauthorised share", False),
    Control("enforcement.rule", "Enforcement by closed labs", False),
    Control("enforcement.level", "Enforcement, level (rule “fixed”)", False),
    Control("claims.policy", "Claims, policy of all labs", False),
    Control("claims.sophistication", "Receivers' sophistication", False),
    Control("beliefs.salience", "Salience of carried stories", False),
    Control("policy.attention_surprise", "Attention to surprising scores", False),
    Control("policy.link_copying", "Policy: link from copying to chip control", False),
    Control("policy.link_gap", "Policy: link from the gap to chip control", False),
    Control("valuation.rule", "Valuation rule", False),
    Control("valuation.copying_stalls", "Belief that copying stalls", False),
    Control("listed.believed_demand_elasticity", "Listed index: believed elasticity of demand", False),
    Control("adoption.distrust_response", "Distrust from believed copying", False),
)
#: Controls by key.
BY_KEY = {control.key: control for control in CONTROLS}
