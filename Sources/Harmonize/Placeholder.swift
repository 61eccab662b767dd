internal import CellFiles
internal import Kernels
internal import NeuralNet
